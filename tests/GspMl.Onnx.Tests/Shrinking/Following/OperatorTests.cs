using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking.Following;

/// <summary>Every rule on a net of its own: the smaller model computes what the dense one does with zeros in the readers.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Nets() => [.. OperatorNets.All.Keys];

    [Theory]
    [MemberData(nameof(Nets))]
    public void The_smaller_net_computes_what_the_masked_one_does(string name)
    {
        var (net, sets) = OperatorNets.All[name];
        using var model = OnnxModel.Load(net().Builder.Save(folder["dense.onnx"]));

        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(0.9), Multiple = 1 });
        using (smaller) smaller.Save(folder["smaller.onnx"]);

        Assert.Equal(sets, string.Join("; ", report.Sets.Where(set => set.IsFree).Select(set => string.Join('+', set.Layers))));
        Assert.All(report.Sets.Where(set => set.IsFree), set => Assert.InRange(set.After, 1, set.Before - 1));
        Assert.True(MaskedModel.Write(model.Path, folder["smaller.onnx"], folder["masked.onnx"]) > 0);
        Agreement.IsExact(folder["masked.onnx"], folder["smaller.onnx"], Inputs(model));
        Assert.True(new FileInfo(folder["smaller.onnx"]).Length < new FileInfo(model.Path).Length);
    }

    private static EvaluationData Inputs(OnnxModel model)
    {
        var shape = model.Proto.Graph.Input[0].Type.TensorType.Shape.Dim.Select((extent, k) => k == 0 ? 5 : (int)extent.DimValue).ToArray();
        return new([InputTensor.Create("x", GraphBuilder.Random(shape.Aggregate(1, (product, extent) => product * extent), seed: 3),
            shape)]);
    }
}
