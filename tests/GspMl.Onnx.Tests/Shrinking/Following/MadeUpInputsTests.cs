using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Timing;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Shrinking.Following;

/// <summary>Without calibration inputs a model runs on made-up ones; not every model can.</summary>
public sealed class MadeUpInputsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_input_of_a_type_that_is_not_fed_is_named()
    {
        var error = Assert.Throws<OnnxModelException>(() => Shrink(Read(Elements.String, 2, 4)));
        Assert.Contains("give calibration inputs. input 'x' is no tensor of numbers, or of a type that is not fed", error.Message);
    }

    [Theory]
    [InlineData(1 << 26)]
    [InlineData(1 << 20, 1 << 20, 1 << 20)]
    [InlineData(int.MaxValue, int.MaxValue, 2)]
    public void An_input_of_a_size_that_nobody_feeds_is_named_and_not_built(params int[] shape)
    {
        var error = Assert.Throws<OnnxModelException>(() => Shrink(Read(Elements.Float, [.. shape.Cast<object>()])));
        Assert.Contains($"input 'x' of shape [{string.Join(',', shape)}] is too large to be made up", error.Message);
    }

    /// <summary>Each of them alone would be made.</summary>
    [Fact]
    public void Inputs_that_are_too_large_together_are_not_built_either()
    {
        var builder = new GraphBuilder().Input("x", 2, 4).Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(4 * 8), 4, 8))
            .Node("MatMul", ["x", "w"], ["h"]).Initializer(GraphBuilder.Floats("v", GraphBuilder.Random(8 * 2), 8, 2))
            .Node("MatMul", ["h", "v"], ["y"]).Output("y", 2, 2).Input("a", 1 << 24).Input("b", 1 << 24);
        Assert.Contains("input 'b' of shape [16777216] is too large to be made up",
            Assert.Throws<OnnxModelException>(() => Shrink(builder.Save(folder["several.onnx"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_extents_are_tried_smaller_where_the_first_are_too_large()
    {
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", "a", "b", "c", "d", 4)
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(4 * 8), 4, 8)).Node("MatMul", ["x", "w"], ["h"])
            .Initializer(GraphBuilder.Floats("v", GraphBuilder.Random(8 * 2), 8, 2)).Node("MatMul", ["h", "v"], ["y"])
            .Output("y", "n", "a", "b", "c", "d", 2).Save(folder["open.onnx"]));

        var result = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1 });
        using (result.Model) Assert.InRange(result.Report.Sets.Single(set => set.Layers.Contains("w")).After, 1, 7);
    }

    [Fact]
    public void A_model_without_nodes_has_nothing_to_take_out()
    {
        var path = new GraphBuilder().Input("x", 2, 4).Output("x", 2, 4).Save(folder["empty.onnx"]);
        var error = Assert.Throws<NothingMatchedException>(() => Shrink(path));
        Assert.EndsWith("no layer has channels to follow.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10 * 4 * 8, 2, "n", 10, 4)]
    [InlineData(10 * 4 * 8, 2, 10, "n", 4)]
    [InlineData(10 * 4 * 8, 2, 10, -1, 4)]
    [InlineData(10 * 4 * 8, 2, 10, "pictures", 4)]
    [InlineData(32 * 4 * 8, 2, "length", "batch", 4)]
    [InlineData(32 * 4 * 8, 1, 1, -1, 4)]
    public void Rows_are_made_up_on_the_axis_where_the_model_shows_them(int macs, int rows, params object[] shape)
    {
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", shape)
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(4 * 8), 4, 8)).Node("MatMul", ["x", "w"], ["h"])
            .Initializer(GraphBuilder.Floats("v", GraphBuilder.Random(8 * 4), 8, 4)).Node("MatMul", ["h", "v"], ["r"])
            .Node("Transpose", ["r"], ["y"], GraphBuilder.Attribute("perm", 1L, 0, 2)).Output("y", shape[1], shape[0], 4)
            .Save(folder["rows.onnx"]));

        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0) });
        using var inputs = TypicalInputs.Of(model, null, rows: 2);

        using var _ = smaller;
        Assert.Equal((2 * macs, rows), (report.Before.Macs, inputs.Rows));
    }

    private static void Shrink(string path)
    {
        using var model = OnnxModel.Load(path);
        ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(0.5) });
    }

    /// <summary>A layer, and an input of which only the shape is read.</summary>
    private string Read(Elements type, params object[] shape) => new GraphBuilder().Input("x", type, shape).Input("z", 2, 4)
        .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(4 * 8), 4, 8)).Node("MatMul", ["z", "w"], ["h"]).Output("h", 2, 8)
        .Node("Shape", ["x"], ["y"]).Output("y", Elements.Int64, shape.Length).Save(folder["read.onnx"]);

    [Fact]
    public void A_model_without_layers_is_not_run_to_find_that_out()
    {
        // Of such extents the run would never end.
        var path = new GraphBuilder().Input("x", Elements.Float, 1 << 24).Node("Shape", ["x"], ["y"]).Output("y", Elements.Int64, 1)
            .Save(folder["none.onnx"]);
        Assert.Throws<NothingMatchedException>(() => Shrink(path));
    }
}
