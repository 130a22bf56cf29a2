using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>Where external data goes when a model is written, and what stays.</summary>
public sealed class ExternalNamesTests : IDisposable
{
    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original };
    private readonly byte[] dense = Floats("", Random(12), 12).RawData.ToByteArray();
    private readonly TemporaryFolder folder = new();

    public ExternalNamesTests() => Directory.CreateDirectory(folder["elsewhere"]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("data/w.bin")]
    [InlineData("./w.bin")]
    [InlineData("out.onnx")]
    [InlineData("with space ü.bin")]
    public void Data_of_any_name_follows_the_model_into_another_folder(string location)
    {
        using var pruned = Prune(Model("model.onnx", location));
        pruned.Save(folder["elsewhere/out.onnx"]);
        Assert.Equal(0.5, ZerosOf("elsewhere/out.onnx"));
        Assert.Equal(dense, File.ReadAllBytes(folder[location]));
    }

    [Fact]
    public void A_model_pruned_in_place_leaves_data_to_another_model_that_needs_it()
    {
        Model("other.onnx", "./shared.bin");
        using var pruned = Prune(Model("model.onnx", "shared.bin"));
        pruned.Save(folder["model.onnx"]);
        Assert.Equal((0.5, 0.0), (ZerosOf("model.onnx"), ZerosOf("other.onnx")));
    }

    [Fact]
    public void The_data_of_the_source_is_not_replaced_where_it_bears_the_name_of_the_targets()
    {
        using (var pruned = Prune(Model("renamed.onnx", "out.onnx.data"))) pruned.Save(folder["out.onnx"]);
        Assert.Equal((0.5, 0.0), (ZerosOf("out.onnx"), ZerosOf("renamed.onnx")));

        using var again = Prune(folder["renamed.onnx"]);
        again.Save(folder["out.onnx"]);
        Assert.Equal(["elsewhere", "out.onnx", "out.onnx.data", "out.onnx.data.2", "renamed.onnx"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Data_of_the_source_is_no_target()
    {
        using var pruned = Prune(Model("model.onnx", "w.bin"));
        Assert.Contains("is external data of", Assert.Throws<OnnxModelException>(() => pruned.Save(folder["w.bin"])).Message, StringComparison.Ordinal);
        Assert.Equal(dense, File.ReadAllBytes(folder["w.bin"]));
    }

    private string Model(string name, string location)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[location])!);
        File.WriteAllBytes(folder[location], dense);
        var weight = Shaped("w", TensorProto.Types.DataType.Float, 3, 4);
        weight.DataLocation = TensorProto.Types.DataLocation.External;
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        return new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(weight).Node("MatMul", ["x", "w"], ["y"]).Save(folder[name]);
    }

    private static OnnxModel Prune(string path)
    {
        using var model = OnnxModel.Load(path);
        return ModelPruner.Prune(model, HalfZeros).Model;
    }

    private double ZerosOf(string name)
    {
        using var model = OnnxModel.Load(folder[name]);
        return ModelPruner.Measure(model)[0].Zeros;
    }
}
