using System.Runtime.InteropServices;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Writing;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>Large models are checked with their data left in the file.</summary>
public sealed class LoadCheckTests : IDisposable
{
    private const int Size = 1500;
    private const int Wide = 6000;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_large_model_that_loads_passes_and_nothing_is_left_behind()
    {
        LoadCheck.Verify(Build("MatMul", Size).Save(folder["model.onnx"]), "model.onnx");
        Assert.Equal([folder["model.onnx"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("NoSuchOperator", Size, "NoSuchOperator")]
    [InlineData("MatMul", Size + 1, "w")]
    public void A_large_model_that_does_not_load_is_refused(string op, int rows, string named)
    {
        var path = Build(op, rows).Save(folder["model.onnx"]);
        var error = Assert.Throws<OnnxModelException>(() => LoadCheck.Verify(path, "model.onnx"));
        Assert.StartsWith("model.onnx was not written", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_form_that_is_loaded_has_the_models_messages_and_points_to_its_data()
    {
        var path = Build("MatMul", Size).Save(folder["model.onnx"]);
        MappedForm.Write(path, folder["mapped"]);
        var (dense, mapped) = (ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)),
            ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["mapped"])));
        var place = mapped.Graph.Initializer[0].ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.Equal("model.onnx", place["location"]);
        Assert.Equal(dense.Graph.Initializer[0].RawData.ToByteArray(), File.ReadAllBytes(path)
            .AsSpan(int.Parse(place["offset"]), int.Parse(place["length"])));
        foreach (var model in new[] { dense, mapped })
        {
            model.Graph.Initializer[0].ClearRawData();
            model.Graph.Initializer[0].ExternalData.Clear();
            model.Graph.Initializer[0].ClearDataLocation();
        }
        Assert.Equal(dense, mapped);
    }

    [Theory]
    [InlineData(Wide, "")]
    [InlineData(Wide + 1, "was not written")]
    public void A_model_of_much_external_data_is_judged_without_it(int features, string refusal)
    {
        var path = External(features).Save(folder["model.onnx"]);
        using (var data = File.Create(folder["w.data"])) data.SetLength(sizeof(float) * (long)Wide * Wide);
        File.WriteAllBytes(folder["shape.data"], MemoryMarshal.AsBytes<long>([-1, Wide]).ToArray());
        using var model = OnnxModel.Load(path);

        var form = ModelProto.Parser.ParseFrom(WeightlessForm.Of(model.Content));
        Assert.Equal(["x", "w"], form.Graph.Input.Select(input => input.Name));
        Assert.Equal([-1, Wide], MemoryMarshal.Cast<byte, long>(form.Graph.Initializer.Single().RawData.Span));

        if (refusal.Length == 0) LoadCheck.Verify(path, "model.onnx");
        else Assert.Contains(refusal, Assert.Throws<OnnxModelException>(() => LoadCheck.Verify(path, "model.onnx")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void External_data_that_is_not_all_there_is_refused()
    {
        var path = External(Wide).Save(folder["model.onnx"]);
        using (var data = File.Create(folder["w.data"])) data.SetLength(sizeof(float) * (long)Wide * Wide - 1);
        File.WriteAllBytes(folder["shape.data"], new byte[16]);
        Assert.Contains("tensor 'w'", Assert.Throws<OnnxModelException>(() => LoadCheck.Verify(path, "model.onnx")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Little_external_data_and_such_of_a_branch_is_looked_at_by_ONNX_Runtime_itself()
    {
        File.WriteAllBytes(folder["w.data"], new byte[16]);
        var small = new GraphBuilder().Input("x", "n", 2).Output("y", "n", 2).Initializer(Outside(GraphBuilder.Floats("w", [], 2, 2)))
            .Node("MatMul", ["x", "w"], ["y"]).Save(folder["small.onnx"]);
        using (var model = OnnxModel.Load(small)) Assert.Null(WeightlessForm.Of(model.Content));

        var branch = new GraphProto { Name = "branch" };
        branch.Initializer.Add(Outside(GraphBuilder.Floats("w", [], Wide, Wide)));
        var inBranch = new GraphBuilder().Node("If", ["c"], ["y"], GraphBuilder.Attribute("then_branch", branch))
            .Save(folder["branch.onnx"]);
        using (var model = OnnxModel.Load(inBranch)) Assert.Null(WeightlessForm.Of(model.Content));
    }

    /// <summary>64 KB are an input, one element less is stored; an initializer that is an input already is one still.</summary>
    [Fact]
    public void Only_large_tensors_are_left_out_and_none_twice()
    {
        const int edge = 1 << 14;
        var builder = External(Wide).Input("edge", edge).Initializer(Outside(GraphBuilder.Floats("edge", [], edge)))
            .Initializer(Outside(GraphBuilder.Floats("below", [], edge - 1)));
        var path = builder.Save(folder["model.onnx"]);
        using (var data = File.Create(folder["w.data"])) data.SetLength(sizeof(float) * (long)Wide * Wide);
        File.WriteAllBytes(folder["shape.data"], new byte[16]);
        foreach (var name in new[] { "edge", "below" }) File.WriteAllBytes(folder[$"{name}.data"], new byte[4 * edge]);
        using var model = OnnxModel.Load(path);

        var form = ModelProto.Parser.ParseFrom(WeightlessForm.Of(model.Content));
        Assert.Equal(["x", "edge", "w"], form.Graph.Input.Select(input => input.Name));
        Assert.Equal(["shape", "below"], form.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.All(form.Graph.Initializer, tensor => Assert.Empty(tensor.ExternalData));
        Assert.All(form.Graph.Initializer, tensor => Assert.False(tensor.HasDataLocation));
        Assert.Equal(4 * (edge - 1), form.Graph.Initializer[1].RawData.Length);
        Assert.Equal([Wide, Wide], form.Graph.Input[2].Type.TensorType.Shape.Dim.Select(dim => dim.DimValue));
        Assert.Equal((int)TensorProto.Types.DataType.Float, form.Graph.Input[2].Type.TensorType.ElemType);
    }

    [Fact]
    public void Small_tensors_stay_in_the_form_that_is_mapped()
    {
        const int edge = 1 << 14;
        var path = new GraphBuilder().Initializer(GraphBuilder.Floats("edge", new float[edge], edge))
            .Initializer(GraphBuilder.Floats("below", new float[edge - 1], edge - 1)).Save(folder["model.onnx"]);
        MappedForm.Write(path, folder["mapped"]);
        var mapped = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["mapped"])).Graph.Initializer;
        Assert.Equal(["location", "offset", "length"], mapped[0].ExternalData.Select(entry => entry.Key));
        Assert.Equal((false, TensorProto.Types.DataLocation.External), (mapped[0].HasRawData, mapped[0].DataLocation));
        Assert.Equal(GraphBuilder.Floats("below", new float[edge - 1], edge - 1), mapped[1]);
    }

    [Fact]
    public void A_source_that_does_not_load_is_named_unless_it_has_no_layers()
    {
        using var good = OnnxModel.Load(Small("MatMul", "good.onnx"));
        LoadCheck.VerifySource(good.Content);
        using var bad = OnnxModel.Load(Small("NoSuchOperator", "bad.onnx"));
        Assert.StartsWith($"{folder["bad.onnx"]}: ONNX Runtime does not load it: ",
            Assert.Throws<OnnxModelException>(() => LoadCheck.VerifySource(bad.Content)).Message, StringComparison.Ordinal);
        using var none = OnnxModel.Load(new GraphBuilder().Node("NoSuchOperator", ["x"], ["y"]).Save(folder["none.onnx"]));
        LoadCheck.VerifySource(none.Content);
    }

    [Fact]
    public void A_source_whose_data_is_missing_names_the_tensor()
    {
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 2).Output("y", "n", 2)
            .Initializer(Outside(GraphBuilder.Floats("w", [], 2, 2))).Node("MatMul", ["x", "w"], ["y"]).Save(folder["model.onnx"]));
        Assert.StartsWith($"{folder["model.onnx"]}, tensor 'w': ",
            Assert.Throws<OnnxModelException>(() => LoadCheck.VerifySource(model.Content)).Message, StringComparison.Ordinal);
    }

    /// <summary>Whoever has the managed package alone is told which is missing.</summary>
    [Fact]
    public void A_runtime_that_is_not_there_is_told_with_the_package_to_add()
    {
        foreach (var missing in new Exception[]
        {
            new DllNotFoundException("no library"),
            new EntryPointNotFoundException("no library"),
            new TypeInitializationException("OrtEnv", new DllNotFoundException("no library")),
        })
            Assert.Equal($"out is not checked. The native ONNX Runtime is not there: add the package Microsoft.ML.OnnxRuntime (or "
                + $"Microsoft.ML.OnnxRuntime.Gpu). {missing.Message}", Assert.Throws<OnnxModelException>(
                    () => NativeRuntime.Load("refused", "out is not checked", () => throw missing)).Message);
        foreach (var other in new Exception[] { new TypeInitializationException("other", new IOException()), new IOException() })
            Assert.Same(other, Assert.ThrowsAny<Exception>(() => NativeRuntime.Load("refused", "out is not checked", () => throw other)));
        Assert.Equal(3, NativeRuntime.Load("refused", "out is not checked", () => 3));
    }

    private string Small(string op, string name) => new GraphBuilder().Input("x", "n", 2).Output("y", "n", 2)
        .Initializer(GraphBuilder.Floats("w", [1, 2, 3, 4], 2, 2)).Node("MatMul", ["x", "w"], ["h"])
        .Node(op, ["h", "w"], ["y"]).Save(folder[name]);

    /// <summary>x [n, features] · w, of 144 MB, in a shape that lies beside the file too.</summary>
    private static GraphBuilder External(int features)
    {
        var builder = new GraphBuilder().Input("x", "n", features).Output("y", "n", Wide)
            .Initializer(Outside(GraphBuilder.Floats("w", [], Wide, Wide))).Initializer(Outside(GraphBuilder.Integers("shape", -1, Wide)));
        return builder.Node("MatMul", ["x", "w"], ["h"]).Node("Reshape", ["h", "shape"], ["y"]);
    }

    private static TensorProto Outside(TensorProto tensor) => tensor.Name == "shape"
        ? GraphBuilder.Outside(tensor, ("location", "shape.data"), ("length", "16")) : GraphBuilder.Outside(tensor, $"{tensor.Name}.data");

    /// <summary>9 MB of weights, of which the shape may ask for more.</summary>
    private static GraphBuilder Build(string op, int rows) => new GraphBuilder().Input("x", "n", rows).Output("y", "n", Size)
        .Initializer(GraphBuilder.Floats("w", new float[Size * Size], rows, Size)).Node(op, ["x", "w"], ["y"]);
}
