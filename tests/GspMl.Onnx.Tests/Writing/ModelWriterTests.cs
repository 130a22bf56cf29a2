using Google.Protobuf;
using GspMl.Onnx.Files;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Writing;
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
        Assert.DoesNotContain(changed, i => !weights.Exists(raw => i >= raw.BodyStart && i < raw.End));
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

    /// <summary>Each is told before the work, and again when the model is written all the same.</summary>
    [Fact]
    public void What_cannot_be_a_target_is_told_with_the_reason()
    {
        Directory.CreateDirectory(folder["inner"]);
        var external = Outside();
        AssertNoTarget(external, folder["w.bin"], "is external data of {model}; the model cannot be written there.");
        AssertNoTarget(external, folder["inner"], ": is a folder.");
        AssertNoTarget(external, folder["nowhere/out.onnx"], $": the folder {folder["nowhere"]} does not exist.");
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(folder["link.onnx"], "inner/out.onnx");
        AssertNoTarget(external, folder["link.onnx"], $"cannot be written: it is a symbolic link to {folder["inner/out.onnx"]}, and "
            + "external data would be looked for beside both. Name the file itself.");
        AssertNoTarget(external, "/dev/null", "cannot be written: {model} has external data, which needs files; /dev/null is a device or a "
            + "pipe.");
        Assert.Empty(Directory.GetFileSystemEntries(folder["inner"]));

        using var plain = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        foreach (var target in new[] { folder["new.onnx"], folder["link.onnx"], "/dev/null" }) ModelWriter.Check(plain.Content, target);
        using var model = OnnxModel.Load(external);
        ModelWriter.Check(model.Content, folder["new.onnx"]);
        ModelWriter.Check(model.Content, external);
    }

    [Fact]
    public async Task A_pipe_gets_the_model_and_stays_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no place in folders");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [folder["pipe"]])) await made.WaitForExitAsync(Stop);
        var reading = Task.Run(() => File.ReadAllBytes(folder["pipe"]), Stop);
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        model.Save(folder["pipe"]);
        Assert.Equal(await File.ReadAllBytesAsync(model.Path, Stop), await reading);
        Assert.Equal(FileKind.Pipe, FileStatus.Of(folder["pipe"])!.Kind);
    }

    [Fact]
    public void Size_counts_the_file_and_its_data_and_tells_what_is_missing()
    {
        using var model = OnnxModel.Load(Outside());
        Assert.Equal(new FileInfo(model.Path).Length + 50, model.MeasureBytes());
        using var all = new MemoryStream();
        ModelWriter.WriteAll(model.Content, all);
        Assert.Equal((byte[])[.. File.ReadAllBytes(model.Path), .. File.ReadAllBytes(folder["w.bin"])], all.ToArray());

        using var pruned = ModelPruner.Prune(model, HalfZeros).Model;
        File.WriteAllBytes(folder["w.bin"], new byte[1]);
        Assert.Equal($"{model.Path}: {folder["w.bin"]} became shorter while it was read",
            Assert.Throws<OnnxModelException>(() => ModelWriter.WriteAll(pruned.Content, all)).Message);
        File.Delete(folder["w.bin"]);
        foreach (var measure in new Func<long>[] { model.MeasureBytes, model.MeasureGzipBytes })
            Assert.StartsWith($"{model.Path}, tensor 'w': ", Assert.Throws<OnnxModelException>(() => measure()).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_storage_counts_too()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.9) }).Model;
        pruned.Save(folder["sparse.onnx"], new() { Storage = WeightStorage.Sparse });
        Assert.Equal(new FileInfo(folder["sparse.onnx"]).Length, ModelWriter.Length(pruned.Content, WeightStorage.Sparse));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var error = Assert.Throws<OnnxModelException>(() => model.Save(folder["nowhere/out.onnx"]));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static void AssertNoTarget(string source, string target, string message)
    {
        using var model = OnnxModel.Load(source);
        foreach (var write in new Action[] { () => ModelWriter.Check(model.Content, target), () => model.Save(target) })
            Assert.Equal($"{target}{(message[0] == ':' ? "" : " ")}{message.Replace("{model}", source, StringComparison.Ordinal)}",
                Assert.Throws<OnnxModelException>(write).Message);
    }

    /// <summary>A model whose weight lies in a file with two bytes behind it.</summary>
    private string Outside()
    {
        File.WriteAllBytes(folder["w.bin"], [.. Floats("", Random(12), 12).RawData, 1, 2]);
        var weight = GraphBuilder.Outside(Shaped("w", TensorProto.Types.DataType.Float, 3, 4), "w.bin");
        return new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(weight).Node("MatMul", ["x", "w"], ["y"])
            .Save(folder["outside.onnx"]);
    }
}
