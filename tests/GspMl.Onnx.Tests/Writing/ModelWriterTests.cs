using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

public sealed class ModelWriterTests : IDisposable
{
    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5) };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_the_weights_bytes_change()
    {
        var source = File.ReadAllBytes(ShippedModels.PathOf("lenet5.onnx"));
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        using var pruned = ModelPruner.Prune(model, HalfZeros).Model;

        pruned.Save(folder["pruned.onnx"]);

        var written = File.ReadAllBytes(folder["pruned.onnx"]);
        Assert.Equal(source.Length, written.Length);
        var changed = Enumerable.Range(0, source.Length).Where(i => source[i] != written[i]).ToList();
        var weights = model.Weights.Select(w => w.Location.Wire.RawData!.Value).ToList();
        Assert.All(changed.Where(i => !weights.Exists(raw => i >= raw.BodyStart && i < raw.End)), i => Assert.Fail($"byte {i}"));
        Assert.NotEmpty(changed);
    }

    [Fact]
    public void An_unpruned_model_is_written_as_it_was()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        model.Save(folder["copy.onnx"]);
        Assert.Equal(File.ReadAllBytes(model.Path), File.ReadAllBytes(folder["copy.onnx"]));
        Assert.Equal(new FileInfo(model.Path).Length, model.MeasureBytes());
    }

    [Fact]
    public void The_target_may_be_the_source()
    {
        File.Copy(ShippedModels.PathOf("lenet300.onnx"), folder["model.onnx"]);
        using (var model = OnnxModel.Load(folder["model.onnx"]))
        using (var pruned = ModelPruner.Prune(model, HalfZeros).Model) pruned.Save(folder["model.onnx"]);
        using var again = OnnxModel.Load(folder["model.onnx"]);
        Assert.All(ModelPruner.Measure(again), layer => Assert.Equal(0.5, layer.Zeros, 1e-3));
        Assert.Equal(["model.onnx"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Unknown_fields_survive_where_the_message_is_written_anew()
    {
        // Half precision in int32_data: each value is a varint, so the sizes change.
        var weight = Shaped("w", TensorProto.Types.DataType.Float16, 4, 4);
        weight.Int32Data.Add(Random(16).Select(v => (int)BitConverter.HalfToUInt16Bits((Half)v)));
        var model = new GraphBuilder().Input("x", TensorProto.Types.DataType.Float16, "n", 4)
            .Output("y", TensorProto.Types.DataType.Float16, "n", 4)
            .Initializer(weight).Node("MatMul", ["x", "w"], ["y"]).Model;
        // Field 200 of the tensor, the graph and the model is unknown to every reader.
        var unknown = Onnx.Wire.Varint.EncodeField(200, "kept"u8);
        weight.MergeFrom(unknown);
        model.Graph.MergeFrom(unknown);
        model.MergeFrom(unknown);
        File.WriteAllBytes(folder["model.onnx"], model.ToByteArray());

        using var read = OnnxModel.Load(folder["model.onnx"]);
        using var pruned = ModelPruner.Prune(read, HalfZeros).Model;
        pruned.Save(folder["pruned.onnx"]);

        var written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["pruned.onnx"]));
        Assert.Equal(8, written.Graph.Initializer[0].Int32Data.Count(v => v == 0));
        Assert.NotEqual(new FileInfo(folder["model.onnx"]).Length, new FileInfo(folder["pruned.onnx"]).Length);
        written.Graph.Initializer[0].Int32Data.Clear();
        var expected = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        expected.Graph.Initializer[0].Int32Data.Clear();
        Assert.Equal(expected.ToByteArray(), written.ToByteArray());
    }

    [Fact]
    public void A_model_that_does_not_load_replaces_nothing()
    {
        File.WriteAllText(folder["target.onnx"], "what was there");
        // The graph is valid enough to be read, but its operator does not exist.
        new GraphBuilder().Input("x", "n", 3).Output("y", "n", 2).Initializer(Floats("w", Random(6), 3, 2))
            .Node("MatMul", ["x", "w"], ["h"]).Node("NoSuchOperator", ["h"], ["y"]).Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        using var pruned = ModelPruner.Prune(model, HalfZeros).Model;

        var error = Assert.Throws<OnnxModelException>(() => pruned.Save(folder["target.onnx"]));

        Assert.Contains("NoSuchOperator", error.Message, StringComparison.Ordinal);
        Assert.Equal("what was there", File.ReadAllText(folder["target.onnx"]));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(folder.Path).Count());
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var error = Assert.Throws<OnnxModelException>(() => model.Save(folder["nowhere/out.onnx"]));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }
}
