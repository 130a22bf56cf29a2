using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Tests.Files;
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
        Assert.Equal(["elsewhere", "out.onnx", "out.onnx.data", "out.onnx.data.3", "renamed.onnx"], Entries());
    }

    /// <summary>The source is no file that is looked for, but it is known to this run.</summary>
    [Fact]
    public void The_data_of_the_source_stays_whatever_the_source_is_called()
    {
        using (var first = Prune(Model("source.model", "w.bin")))
        {
            Model("out.onnx", "w.bin");
            first.Save(folder["out.onnx"]);
        }
        Assert.Equal((0.5, 0.0), (ZerosOf("out.onnx"), ZerosOf("source.model")));
    }

    [Fact]
    public void Data_of_the_source_is_no_target()
    {
        using var pruned = Prune(Model("model.onnx", "w.bin"));
        Assert.Contains("is external data of", Assert.Throws<OnnxModelException>(() => pruned.Save(folder["w.bin"])).Message,
            StringComparison.Ordinal);
        Assert.Equal(dense, File.ReadAllBytes(folder["w.bin"]));
    }

    [Fact]
    public void Data_of_a_model_pruned_in_place_goes_with_the_old_model_and_names_take_turns()
    {
        Model("model.onnx", "w.bin");
        foreach (var data in new[] { "model.onnx.data", "model.onnx.data.2", "model.onnx.data" })
        {
            using (var pruned = Prune(folder["model.onnx"])) pruned.Save(folder["model.onnx"]);
            Assert.Equal(["elsewhere", "model.onnx", data], Entries());
            Assert.Equal(0.5, ZerosOf("model.onnx"));
        }
    }

    [Theory]
    [InlineData("other.onnx", "w.bin")]
    [InlineData("other.ONNX", "./w.bin")]
    public void Data_that_another_model_of_the_folder_reads_stays(string other, string location)
    {
        Model(other, location);
        using (var pruned = Prune(Model("model.onnx", "w.bin"))) pruned.Save(folder["model.onnx"]);
        Assert.Equal((0.5, 0.0), (ZerosOf("model.onnx"), ZerosOf(other)));
    }

    [Fact]
    public void Data_that_a_model_of_a_folder_above_reads_stays()
    {
        Model("above.onnx", "elsewhere/w.bin");
        using (var pruned = Prune(Model("elsewhere/model.onnx", "w.bin", "elsewhere/w.bin"))) pruned.Save(folder["elsewhere/model.onnx"]);
        Assert.Equal((0.5, 0.0), (ZerosOf("elsewhere/model.onnx"), ZerosOf("above.onnx")));
    }

    [Fact]
    public void Data_that_another_model_reads_through_a_link_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        Model("model.onnx", "w.bin");
        File.CreateSymbolicLink(folder["alias.bin"], "w.bin");
        Model("other.onnx", "alias.bin", "w.bin");
        using (var pruned = Prune(folder["model.onnx"])) pruned.Save(folder["model.onnx"]);
        Assert.Equal(dense, File.ReadAllBytes(folder["alias.bin"]));
    }

    [Fact]
    public void Data_is_kept_where_a_file_might_be_a_model_that_reads_it()
    {
        File.WriteAllText(folder["odd.onnx"], "no model");
        using (var pruned = Prune(Model("model.onnx", "w.bin"))) pruned.Save(folder["model.onnx"]);
        Assert.Equal(["elsewhere", "model.onnx", "model.onnx.data", "odd.onnx", "w.bin"], Entries());
    }

    [Fact]
    public void A_name_that_another_model_waits_for_is_not_taken()
    {
        Model("waiting.onnx", "out.onnx.data");
        File.Delete(folder["out.onnx.data"]);
        using (var pruned = Prune(Model("model.onnx", "w.bin"))) pruned.Save(folder["out.onnx"]);
        Assert.False(File.Exists(folder["out.onnx.data"]));
        Assert.Equal(0.5, ZerosOf("out.onnx"));
    }

    [Fact]
    public void New_data_has_the_mode_of_the_old()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Model("model.onnx", "w.bin");
        Modes.Set(folder["w.bin"], mode);
        using (var pruned = Prune(folder["model.onnx"])) pruned.Save(folder["model.onnx"]);
        Assert.Equal(mode, Modes.Of(folder["model.onnx.data"]));
    }

    [Fact]
    public void New_data_where_there_was_none_has_the_mode_of_the_old_model()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.WriteAllText(folder["elsewhere/out.onnx"], "an older model");
        Modes.Set(folder["elsewhere/out.onnx"], mode);
        using (var pruned = Prune(Model("model.onnx", "w.bin"))) pruned.Save(folder["elsewhere/out.onnx"]);
        Assert.Equal((mode, mode), (Modes.Of(folder["elsewhere/out.onnx"]), Modes.Of(folder["elsewhere/w.bin"])));
    }

    [Fact]
    public void External_data_needs_files_beside_the_name_that_a_reader_knows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        File.CreateSymbolicLink(folder["link.onnx"], "elsewhere/model.onnx");
        using var pruned = Prune(Model("model.onnx", "w.bin"));
        Assert.Contains("is a symbolic link", Assert.Throws<OnnxModelException>(() => pruned.Save(folder["link.onnx"])).Message,
            StringComparison.Ordinal);
        Assert.Contains("has external data, which needs files", Assert.Throws<OnnxModelException>(() => pruned.Save("/dev/null")).Message,
            StringComparison.Ordinal);

        File.CreateSymbolicLink(folder["same.onnx"], "real.onnx");
        pruned.Save(folder["same.onnx"]);
        Assert.Equal((0.5, 0.5), (ZerosOf("same.onnx"), ZerosOf("real.onnx")));
    }

    private IEnumerable<string?> Entries()
        => Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private string Model(string name, string location, string? place = null)
    {
        place ??= location;
        Directory.CreateDirectory(Path.GetDirectoryName(folder[place])!);
        File.WriteAllBytes(folder[place], dense);
        var weight = Outside(Shaped("w", TensorProto.Types.DataType.Float, 3, 4), location);
        return new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(weight).Node("MatMul", ["x", "w"], ["y"])
            .Save(folder[name]);
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
