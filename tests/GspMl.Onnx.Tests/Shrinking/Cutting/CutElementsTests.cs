using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking.Cutting;

/// <summary>Tensors that are cut while they are written.</summary>
public sealed class CutElementsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(3, 5, 7)]
    [InlineData(1, 1200, 1100)]
    [InlineData(1200, 1100, 1)]
    [InlineData(1300, 30, 40)]
    public void Pieces_make_up_the_whole(int rows, int columns, int positions)
    {
        var weight = Floats("w", Random(rows * columns * positions), rows, columns, positions);
        using var model = OnnxModel.Load(Saved(new GraphBuilder().Initializer(weight)));
        var location = model.Tensors.Single();
        int[]?[] kept = [rows == 1 ? null : Some(rows), Some(columns), null];

        var written = new CutElements(model.File, location, kept).ToMemory();

        var (expected, shape) = (model.Elements.Bytes(location), new long[] { rows, columns, positions });
        for (var k = 0; k < kept.Length; k++)
            if (kept[k] is { } places) expected = StoredElements.Cut(expected.Span, shape, k, places, sizeof(float));
        Assert.True(expected.Span.SequenceEqual(written.Span));
    }

    [Fact]
    public void Data_that_is_gone_is_named_when_the_model_is_written()
    {
        var net = new SmallNet();
        net.Builder.Input("x", "n", 6);
        net.Linear("a", "x", 6, 16).Linear("c", "a", 16, 3).Builder.Output("c", "n", 3);
        using var model = OnnxModel.Load(Saved(net.Builder));
        using var smaller = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.3), Multiple = 1 }).Model;
        File.Delete(folder["a.w.data"]);

        var error = Assert.Throws<OnnxModelException>(() => smaller.Save(folder["out.onnx"]));

        Assert.Contains("tensor 'a.w'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.onnx"]));
    }

    private static int[] Some(int extent) => [.. Enumerable.Range(0, extent).Where(i => i % 3 != 1)];

    /// <summary>Every tensor in a file of its own.</summary>
    private string Saved(GraphBuilder builder)
    {
        foreach (var tensor in builder.Graph.Initializer)
        {
            File.WriteAllBytes(folder[$"{tensor.Name}.data"], tensor.RawData.ToByteArray());
            GraphBuilder.Outside(tensor, $"{tensor.Name}.data");
        }
        return builder.Save(folder["model.onnx"]);
    }
}
