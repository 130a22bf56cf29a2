using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

public sealed class StreamedModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_that_does_not_load_leaves_the_stream_alone_unless_it_is_not_to_be_checked()
    {
        var path = new GraphBuilder().Input("x", "n", 3).Output("y", "n", 2).Initializer(Floats("w", Random(6), 3, 2))
            .Node("NoSuchOperator", ["x", "w"], ["y"]).Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(path);
        using var stream = new MemoryStream();
        Assert.StartsWith("the model was not written: ONNX Runtime does not load the result: ",
            Assert.Throws<OnnxModelException>(() => model.Save(stream)).Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);

        foreach (var storage in Enum.GetValues<WeightStorage>())
        {
            stream.SetLength(0);
            model.Save(stream, new() { CheckLoads = false, Storage = storage });
            Assert.Equal(File.ReadAllBytes(path), stream.ToArray());
        }
    }

    [Fact]
    public void What_is_checked_lies_in_a_folder_that_goes_with_the_run()
    {
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 3).Output("y", "n", 2)
            .Initializer(Floats("w", Random(6, seed: 77), 3, 2)).Node("MatMul", ["x", "w"], ["y"]).Save(folder["model.onnx"]));
        var bytes = File.ReadAllBytes(model.Path);
        using var stream = new WatchingStream(() => [.. Directory.GetDirectories(Path.GetTempPath(), "gspml-??????")
            .Where(temporary => IsCopy(Path.Combine(temporary, "model.onnx"), bytes))]);
        model.Save(stream);
        Assert.False(Directory.Exists(Assert.Single(stream.Seen)));
    }

    [Fact]
    public void External_data_needs_a_file()
    {
        var weight = Outside(Shaped("w", TensorProto.Types.DataType.Float, 3, 2), "w.bin");
        File.WriteAllBytes(folder["w.bin"], new byte[24]);
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 3).Output("y", "n", 2).Initializer(weight)
            .Node("MatMul", ["x", "w"], ["y"]).Save(folder["model.onnx"]));
        using var stream = new MemoryStream();
        foreach (var options in new SaveOptions[] { new(), new() { CheckLoads = false } })
            Assert.Equal($"{model.Path}, tensor 'w': the model has external data; it is saved to a file, not to a stream.",
                Assert.Throws<OnnxModelException>(() => model.Save(stream, options)).Message);
    }

    /// <summary>Other tests may have such folders at the same time, and remove them.</summary>
    private static bool IsCopy(string path, byte[] bytes)
    {
        try { return File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes); }
        catch (IOException) { return false; }
    }

    /// <summary>A stream that looks around at its first bytes.</summary>
    private sealed class WatchingStream(Func<string[]> look) : MemoryStream
    {
        public string[] Seen { get; private set; } = [];

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Seen.Length == 0) Seen = look();
            base.Write(buffer, offset, count);
        }
    }
}
