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

    /// <summary>x [n, features] · w, of 144 MB, in a shape that lies beside the file too.</summary>
    private static GraphBuilder External(int features)
    {
        var builder = new GraphBuilder().Input("x", "n", features).Output("y", "n", Wide)
            .Initializer(Outside(GraphBuilder.Floats("w", [], Wide, Wide))).Initializer(Outside(GraphBuilder.Integers("shape", -1, Wide)));
        return builder.Node("MatMul", ["x", "w"], ["h"]).Node("Reshape", ["h", "shape"], ["y"]);
    }

    private static TensorProto Outside(TensorProto tensor)
    {
        tensor.ClearRawData();
        tensor.Int64Data.Clear();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = $"{tensor.Name}.data" });
        if (tensor.Name == "shape") tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = "16" });
        return tensor;
    }

    /// <summary>9 MB of weights, of which the shape may ask for more.</summary>
    private static GraphBuilder Build(string op, int rows) => new GraphBuilder().Input("x", "n", rows).Output("y", "n", Size)
        .Initializer(GraphBuilder.Floats("w", new float[Size * Size], rows, Size)).Node(op, ["x", "w"], ["y"]);
}
