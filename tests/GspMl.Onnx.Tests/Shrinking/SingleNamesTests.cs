using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking;

public sealed class SingleNamesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_nodes_that_put_out_one_name_are_refused_by_it()
        => AssertRefused(Net().Node("Constant", [], ["w2"], Attribute("value", Floats("", Random(32), 8, 4))));

    [Fact]
    public void Two_tensors_of_one_name_are_refused_by_it() => AssertRefused(Net().Initializer(Floats("w2", Random(16), 4, 4)));

    private static GraphBuilder Net() => new GraphBuilder().Input("x", "n", 4).Output("y", "n", 4)
        .Initializer(Floats("w1", Random(32), 4, 8)).Initializer(Floats("w2", Random(32), 8, 4))
        .Node("MatMul", ["x", "w1"], ["h"]).Node("Relu", ["h"], ["r"]).Node("MatMul", ["r", "w2"], ["y"]);

    private void AssertRefused(GraphBuilder model)
    {
        using var read = OnnxModel.Load(model.Save(folder["m.onnx"]));
        var options = new ShrinkOptions { Target = ShrinkTarget.Macs(0.3), Multiple = 1 };
        var error = Assert.Throws<OnnxModelException>(() => ModelShrinker.Shrink(read, options));
        Assert.Contains("m.onnx: 'w2' is the name of two values", error.Message, StringComparison.Ordinal);
    }
}
