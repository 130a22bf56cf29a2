using System.Diagnostics;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Models;

/// <summary>Where external data may lie once links are followed, and what is never opened.</summary>
public sealed class LinkedDataTests : IDisposable
{
    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original };
    private readonly byte[] dense = Floats("", Random(12), 12).RawData.ToByteArray();
    private readonly TemporaryFolder folder = new();

    public LinkedDataTests()
    {
        foreach (var name in new[] { "model", "elsewhere" }) Directory.CreateDirectory(folder[name]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Data_behind_a_link_out_of_the_folder_is_not_read()
    {
        Link("model/w.bin", Data("elsewhere/secret.bin"));
        AssertOutside("w.bin");
    }

    [Fact]
    public void Data_behind_a_linked_folder_is_not_read()
    {
        Data("elsewhere/secret.bin");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        Directory.CreateSymbolicLink(folder["model/data"], folder["elsewhere"]);
        AssertOutside("data/secret.bin");
    }

    [Fact]
    public void Data_behind_a_chain_of_relative_links_is_not_read()
    {
        Data("elsewhere/secret.bin");
        Link("elsewhere/one", "secret.bin");
        Link("model/w.bin", "../model/../elsewhere/one");
        AssertOutside("w.bin");
    }

    [Fact]
    public void Sparse_tensors_with_external_data_are_refused()
    {
        Data("model/b.bin");
        var sparse = new SparseTensorProto { Values = External("b", "b.bin", 4), Indices = Integers("at", 0, 1, 2, 3) };
        sparse.Dims.Add(4);
        var graph = new GraphBuilder().Input("x", 2, 4).Output("y", 2, 4).Node("Add", ["x", "b"], ["y"]);
        graph.Graph.SparseInitializer.Add(sparse);
        var stored = graph.Save(folder["model/stored.onnx"]);
        AssertRefused("stored.onnx: sparse tensor 'b' has external data", () => OnnxModel.Load(stored));

        var constant = new AttributeProto
        {
            Name = "sparse_value",
            Type = AttributeProto.Types.AttributeType.SparseTensor,
            SparseTensor = sparse,
        };
        var node = new GraphBuilder().Input("x", 2, 4).Output("y", 2, 4).Node("Constant", [], ["b"], constant)
            .Node("Add", ["x", "b"], ["y"]).Save(folder["model/node.onnx"]);
        AssertRefused("sparse tensor 'constant_b/sparse_value' has external data", () => OnnxModel.Load(node));
    }

    [Fact]
    public void A_link_within_the_folder_is_followed()
    {
        Data("model/stored.bin");
        Link("model/w.bin", "stored.bin");
        using var pruned = Prune("w.bin");
        using var model = OnnxModel.Load(folder["model/plain.onnx"]);
        Assert.Equal(new FileInfo(model.Path).Length + dense.Length, model.MeasureBytes());
        pruned.Save(folder["elsewhere/out.onnx"]);
        Assert.Equal(dense, File.ReadAllBytes(folder["model/stored.bin"]));
    }

    [Fact]
    public void Model_and_data_that_are_links_into_one_store_are_read_as_in_the_cache_of_a_hub()
    {
        File.Move(Model("model.onnx_data"), folder["elsewhere/0a1b"]);
        Data("elsewhere/2c3d");
        Link("model/model.onnx", "../elsewhere/0a1b");
        Link("model/model.onnx_data", "../elsewhere/2c3d");
        using var model = OnnxModel.Load(folder["model/model.onnx"]);
        using var pruned = ModelPruner.Prune(model, HalfZeros).Model;
        pruned.Save(folder["out.onnx"]);
        using var written = OnnxModel.Load(folder["out.onnx"]);
        Assert.Equal(6, written.Elements.Values<float>(Assert.Single(written.Weights).Location).Count(value => value == 0));
    }

    [Fact]
    public void A_model_run_from_its_file_is_not_led_out_of_the_folder_either()
    {
        Link("model/w.bin", Data("elsewhere/secret.bin"));
        using var model = OnnxModel.Load(Model("w.bin"));
        var data = new EvaluationData([InputTensor.Create("x", new float[6], [2, 3])]);
        AssertRefused("outside the model's folder", () => ModelEvaluator.Evaluate(model, data));
    }

    [Fact]
    public void Links_in_a_circle_are_an_error()
    {
        Link("model/w.bin", "v.bin");
        Link("model/v.bin", "w.bin");
        AssertRefused("more than 40 symbolic links", () => Prune("w.bin"));
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        MakePipe("model/w.bin");
        MakePipe("model/model.onnx.pipe");
        AssertRefused("no regular file", () => Prune("w.bin"));
        AssertRefused("no regular file", () => OnnxModel.Load(folder["model/model.onnx.pipe"]));
        using var model = OnnxModel.Load(Model("w.bin"));
        Assert.Throws<OnnxModelException>(() => model.MeasureBytes());
    }

    [Fact]
    public void A_pipe_that_is_called_like_a_model_does_not_stop_one_from_being_written_beside_it()
    {
        MakePipe("elsewhere/pipe.onnx");
        Data("model/w.bin");
        using var pruned = Prune("w.bin");
        pruned.Save(folder["elsewhere/out.onnx"]);
        pruned.Save(folder["elsewhere/out.onnx"]);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void Devices_are_not_opened(string device)
    {
        Assert.SkipUnless(File.Exists(device), "there is no such device");
        AssertRefused("no regular file", () => OnnxModel.Load(device));
    }

    [Fact]
    public void A_location_with_a_nul_is_an_error()
        => AssertRefused("NUL", () => Prune("w\0.bin"));

    [Fact]
    public void An_empty_tensor_needs_no_data()
    {
        var empty = External("empty", "nowhere.bin", 0, 4);
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", 2, 3).Output("y", 2, 4)
            .Initializer(empty).Initializer(Floats("w", Random(12), 3, 4)).Node("MatMul", ["x", "w"], ["y"]).Save(folder["model.onnx"]));
        Assert.Empty(model.Elements.Values<float>(model.Tensors.Single(tensor => tensor.Name == "empty")));
    }

    private void AssertOutside(string location)
        => AssertRefused($"plain.onnx, tensor 'w': its external data '{location}' lies outside the model's folder", () => Prune(location));

    private static void AssertRefused(string message, Func<object> open)
        => Assert.Contains(message, Assert.Throws<OnnxModelException>(open).Message, StringComparison.Ordinal);

    private OnnxModel Prune(string location)
    {
        using var model = OnnxModel.Load(Model(location));
        return ModelPruner.Prune(model, HalfZeros).Model;
    }

    private string Model(string location)
        => new GraphBuilder().Input("x", 2, 3).Output("y", 2, 4)
            .Initializer(External("w", location, 3, 4)).Node("MatMul", ["x", "w"], ["y"]).Save(folder["model/plain.onnx"]);

    private static TensorProto External(string name, string location, params long[] shape)
        => Outside(Shaped(name, Elements.Float, shape), location);

    private string Data(string name)
    {
        File.WriteAllBytes(folder[name], dense);
        return folder[name];
    }

    private void Link(string name, string target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        File.CreateSymbolicLink(folder[name], target);
    }

    private void MakePipe(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no place in folders");
        using var process = Process.Start("mkfifo", [folder[name]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
