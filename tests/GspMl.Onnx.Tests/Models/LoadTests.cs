using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Models;

public sealed class LoadTests
{
    [Fact]
    public void A_model_goes_through_streams_and_memory_to_the_byte()
    {
        var bytes = File.ReadAllBytes(ShippedModels.PathOf("lenet5.onnx"));
        using var source = new MemoryStream(bytes);
        foreach (var model in new[] { OnnxModel.Load(source), OnnxModel.Load(bytes) })
        {
            using var checkedTarget = new MemoryStream();
            using var target = new MemoryStream();
            model.Save(checkedTarget);
            model.Save(target, new() { CheckLoads = false });
            Assert.Equal(bytes, checkedTarget.ToArray());
            Assert.Equal(bytes, target.ToArray());
        }
    }

    [Fact]
    public void A_model_in_memory_is_pruned_and_judged_as_one_in_a_file()
    {
        var (file, memory) =
            (OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx")),
            OnnxModel.Load(File.ReadAllBytes(ShippedModels.PathOf("lenet5.onnx")), "lenet"));
        var options = PruningOptions.Fast(SparsityTarget.Zeros(0.6));
        using var target = new MemoryStream();
        ModelPruner.Prune(memory, options).Model.Save(target);
        target.Position = 0;
        var difference =
            ModelEvaluator.Compare(ModelPruner.Prune(file, options).Model, OnnxModel.Load(target), ShippedModels.Digits(20),
            new() { LatencyRuns = 0 });
        Assert.Equal(0, difference.MaxDifference);
        Assert.Equal("lenet", memory.Path);
    }

    [Fact]
    public void External_data_lies_beside_a_file_only()
    {
        using var folder = new TemporaryFolder();
        var weight = GraphBuilder.Outside(GraphBuilder.Shaped("w", TensorProto.Types.DataType.Float, 3, 4), "w.data");
        var path = new GraphBuilder().Input("x", 3).Output("y", 4).Initializer(weight).Node("MatMul", ["x", "w"], ["y"])
            .Save(folder["model.onnx"]);
        var message = Assert.Throws<OnnxModelException>(() => OnnxModel.Load(File.ReadAllBytes(path), "odd")).Message;
        Assert.Contains("odd, tensor 'w'", message, StringComparison.Ordinal);
        using var target = new MemoryStream();
        Assert.Contains("tensor 'w'", Assert.Throws<OnnxModelException>(() => OnnxModel.Load(path).Save(target)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_model_is_named()
        => Assert.Contains("noise", Assert.Throws<OnnxModelException>(() => OnnxModel.Load(new byte[] { 0xff, 0xff, 0xff }, "noise"))
            .Message, StringComparison.Ordinal);
}
