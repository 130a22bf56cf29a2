using GspMl.Onnx.Files;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Writing;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>What is done to the disk when a model with external data is written, and in which order.</summary>
public sealed class ModelReplacementTests : IDisposable
{
    private static readonly SaveOptions Unchecked = new() { CheckLoads = false };
    private readonly TemporaryFolder folder = new();

    public ModelReplacementTests() => Directory.CreateDirectory(folder["out"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Where_nothing_is_replaced_nothing_waits_for_the_medium()
    {
        using var pruned = Pruned("w.bin");
        Assert.Equal(["write w.bin", "write .out.onnx.gspml-new", "move out.onnx", "delete .out.onnx.gspml-lock"], Steps(pruned));
    }

    [Fact]
    public void Where_a_model_is_replaced_all_is_on_the_medium_before_the_rename_and_the_old_data_goes_last()
    {
        using (var first = Pruned("old/w.bin")) Steps(first);
        using var pruned = Pruned("deep/w.bin");
        Assert.Equal(["write deep/w.bin durably", "write .out.onnx.gspml-new durably", "sync deep", "sync .", "move out.onnx", "sync .",
            "delete old/w.bin", "delete .out.onnx.gspml-lock"], Steps(pruned));
        Assert.False(File.Exists(folder["out/old/w.bin"]));
    }

    [Fact]
    public void A_name_that_another_process_takes_meanwhile_is_left_to_it()
    {
        using var pruned = Pruned("w.bin");
        ModelWriter.Write(pruned.Content, folder["out/out.onnx"], Unchecked, new OtherDisk(folder["out/w.bin"]));
        Assert.Equal("another's", File.ReadAllText(folder["out/w.bin"]));
        using var written = OnnxModel.Load(folder["out/out.onnx"]);
        Assert.Equal(0.5, ModelPruner.Measure(written)[0].Zeros);
        Assert.True(File.Exists(folder["out/out.onnx.data"]));
    }

    [Fact]
    public void A_link_in_the_datas_place_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        File.CreateSymbolicLink(folder["out/w.bin"], "nowhere.bin");
        using var pruned = Pruned("w.bin");
        Steps(pruned);
        Assert.Equal(["out.onnx", "out.onnx.data", "w.bin"], Entries());
    }

    /// <summary>Before the file was made, and in its middle.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disk_that_fails_is_told_and_what_was_made_is_gone(bool isBegun)
    {
        using var pruned = Pruned("w.bin");
        var error = Assert.Throws<OnnxModelException>(
            () => ModelWriter.Write(pruned.Content, folder["out/out.onnx"], Unchecked, new FullDisk(isBegun)));
        Assert.Equal($"{folder["out/out.onnx"]} cannot be written: the disk is full", error.Message);
        Assert.Empty(Entries());
    }

    /// <summary>Asked for late: all is written but for the rename.</summary>
    [Fact]
    public void A_run_that_is_cancelled_leaves_what_was_there()
    {
        using (var first = Pruned("w.bin")) Steps(first);
        var before = File.ReadAllBytes(folder["out/out.onnx"]);
        using var pruned = Pruned("other.bin");
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelWriter.Write(pruned.Content, folder["out/out.onnx"], Unchecked,
            new StoppedDisk(stop), stop.Token));
        Assert.Equal(before, File.ReadAllBytes(folder["out/out.onnx"]));
        Assert.Equal(["out.onnx", "w.bin"], Entries());
        using var stream = new MemoryStream();
        Assert.Throws<OperationCanceledException>(() => pruned.Save(stream, null, stop.Token));
    }

    [Fact]
    public void Data_does_not_take_the_name_of_the_model_itself()
    {
        using var pruned = Pruned("out.onnx");
        Steps(pruned);
        Assert.Equal(["out.onnx", "out.onnx.data"], Entries());
    }

    private List<string> Steps(OnnxModel model)
    {
        var disk = new RecordingDisk(folder["out"]);
        ModelWriter.Write(model.Content, folder["out/out.onnx"], Unchecked, disk);
        return disk.Steps;
    }

    private IEnumerable<string?> Entries() => Directory.EnumerateFileSystemEntries(folder["out"]).Select(Path.GetFileName)
        .Order(StringComparer.Ordinal);

    private OnnxModel Pruned(string location)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[location])!);
        File.WriteAllBytes(folder[location], Floats("", GraphBuilder.Random(12), 12).RawData.ToByteArray());
        var weight = Outside(Shaped("w", TensorProto.Types.DataType.Float, 3, 4), location);
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(weight)
            .Node("MatMul", ["x", "w"], ["y"]).Save(folder["model.onnx"]));
        return ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original }).Model;
    }

    private sealed class RecordingDisk(string folder) : Disk
    {
        public List<string> Steps { get; } = [];

        public override void Write(string path, FileStatus? access, bool isDurable, Action<Stream> write)
        {
            Steps.Add($"write {Name(path)}{(isDurable ? " durably" : "")}");
            base.Write(path, access, isDurable, write);
        }

        public override void Move(string from, string to)
        {
            Steps.Add($"move {Name(to)}");
            base.Move(from, to);
        }

        public override void Delete(string path)
        {
            Steps.Add($"delete {Name(path)}");
            base.Delete(path);
        }

        public override void SyncFolder(string path)
        {
            Steps.Add($"sync {Name(path)}");
            base.SyncFolder(path);
        }

        private string Name(string path) => Path.GetRelativePath(folder, path);
    }

    /// <summary>Another process makes a file just before this one does.</summary>
    private sealed class OtherDisk(string place) : Disk
    {
        public override void Write(string path, FileStatus? access, bool isDurable, Action<Stream> write)
        {
            if (path == place) File.WriteAllText(path, "another's");
            base.Write(path, access, isDurable, write);
        }
    }

    /// <summary>Somebody asks for an end while the model itself is written.</summary>
    private sealed class StoppedDisk(CancellationTokenSource stop) : Disk
    {
        public override void Write(string path, FileStatus? access, bool isDurable, Action<Stream> write)
        {
            base.Write(path, access, isDurable, write);
            if (path.EndsWith("gspml-new", StringComparison.Ordinal)) stop.Cancel();
        }
    }

    private sealed class FullDisk(bool isBegun) : Disk
    {
        public override void Write(string path, FileStatus? access, bool isDurable, Action<Stream> write)
        {
            if (isBegun) base.Write(path, access, isDurable, write);
            throw new IOException("the disk is full");
        }
    }
}
