using GspMl.Onnx.Files;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Writing;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>Which models around a target read a file of external data, and which data may go with the target.</summary>
public sealed class DataReadersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public DataReadersTests() => Directory.CreateDirectory(folder["in/deep"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Data_that_only_the_target_names_is_its_own()
    {
        Model("in/model.onnx", "w.bin", "deep/b.bin");
        Data("in/w.bin", "in/deep/b.bin");
        AssertOwn("w.bin", "deep/b.bin");
    }

    [Theory]
    [InlineData("in/other.onnx", "w.bin")]
    [InlineData("in/other.ONNX", "./w.bin")]
    [InlineData("in/.hidden.onnx", "w.bin")]
    [InlineData("above.onnx", "in/w.bin")]
    public void Data_that_another_model_names_too_is_not(string other, string location)
    {
        Model("in/model.onnx", "w.bin", "own.bin");
        Model(other, "elsewhere.bin", location);
        Data("in/w.bin", "in/own.bin");
        AssertOwn("own.bin");
    }

    [Theory]
    [InlineData("in/deep/below.onnx", "w.bin")]
    [InlineData("in/other.onnx", "W.bin")]
    [InlineData("in/other.onnx", "w.bin.2")]
    [InlineData("in/other.txt", "w.bin")]
    [InlineData("above.onnx", "w.bin")]
    public void Other_names_and_other_files_do_not_matter(string other, string location)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names differ by case");
        Model("in/model.onnx", "w.bin");
        Model(other, location);
        Data("in/w.bin");
        AssertOwn("w.bin");
    }

    /// <summary>An offset may be spelled like a file.</summary>
    [Fact]
    public void Only_locations_name_files()
    {
        Model("in/model.onnx", "128");
        var other = Stored("w.bin");
        other.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "128" });
        Save("in/other.onnx", other);
        Data("in/128");
        AssertOwn("128");
    }

    [Fact]
    public void Data_is_found_however_deep_the_tensor_lies()
    {
        Model("in/model.onnx", "w.bin", "own.bin");
        var branch = new GraphProto { Name = "branch" };
        branch.Initializer.Add(Stored("w.bin"));
        new GraphBuilder().Node("If", ["c"], ["y"], Attribute("then_branch", branch)).Save(folder["in/other.onnx"]);
        Data("in/w.bin", "in/own.bin");
        AssertOwn("own.bin");
    }

    /// <summary>What is no whole model keeps data where its bytes may name it.</summary>
    [Theory]
    [InlineData("in/odd.onnx", "no model", true)]
    [InlineData("in/odd.onnx", "", true)]
    [InlineData("odd.onnx", "no model", false)]
    [InlineData("odd.onnx", "", false)]
    [InlineData("odd.onnx", "in", true)]
    [InlineData("odd.onnx", "half of a model: in/w.bin", true)]
    public void What_cannot_be_read_keeps_data_that_it_may_name(string odd, string content, bool keeps)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a folder has one spelling");
        Model("in/model.onnx", "w.bin");
        Data("in/w.bin");
        File.WriteAllText(folder[odd], content);
        AssertOwn(keeps ? [] : ["w.bin"]);
    }

    [Fact]
    public void A_file_too_large_to_be_mapped_keeps_data()
    {
        Model("in/model.onnx", "w.bin");
        Data("in/w.bin");
        using (var huge = File.Create(folder["huge.onnx"])) huge.SetLength(3L << 30);
        AssertOwn();
    }

    [Fact]
    public void Names_that_lead_through_links_are_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        Model("in/model.onnx", "w.bin", "own.bin");
        Data("in/w.bin", "in/own.bin");
        File.CreateSymbolicLink(folder["in/alias.bin"], "w.bin");
        Model("in/other.onnx", "alias.bin");
        AssertOwn("own.bin");

        foreach (var name in new[] { "in/circle.onnx", "circle.onnx" }) File.CreateSymbolicLink(folder[name], "circle.onnx");
        AssertOwn("own.bin");

        File.CreateSymbolicLink(folder["in/circle.bin"], "circle.bin");
        Model("in/other.onnx", "circle.bin");
        AssertOwn();
    }

    /// <summary>Models above the name that a target has, and above the place where it really is.</summary>
    [Theory]
    [InlineData("way/other.onnx", "link/w.bin")]
    [InlineData("in/other.onnx", "deep/w.bin")]
    [InlineData("in/deep/other.onnx", "w.bin")]
    public void Both_folders_of_a_target_behind_a_link_are_looked_at(string other, string location)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        Directory.CreateDirectory(folder["way"]);
        Directory.CreateSymbolicLink(folder["way/link"], folder["in/deep"]);
        Model("in/deep/model.onnx", "w.bin", "own.bin");
        Data("in/deep/w.bin", "in/deep/own.bin");
        Model(other, location);
        Assert.Equal(["own.bin"], DataReaders.OnlyOf(folder["way/link/model.onnx"]));
    }

    /// <summary>Some of these no model can have, but a file may say so.</summary>
    [Theory]
    [InlineData("../w.bin")]
    [InlineData("deep/../w.bin")]
    [InlineData("deep\\..\\w.bin")]
    [InlineData("w\0.bin")]
    [InlineData("missing.bin")]
    [InlineData("deep")]
    [InlineData("linked.bin")]
    [InlineData("linked/b.bin")]
    [InlineData("ROOT/in/w.bin")]
    public void What_is_no_plain_file_of_the_folder_stays(string location)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        Data("w.bin", "in/w.bin", "in/deep/b.bin");
        File.WriteAllText(folder["in/deep\\..\\w.bin"], "a name like any other here");
        File.CreateSymbolicLink(folder["in/linked.bin"], "w.bin");
        Directory.CreateSymbolicLink(folder["in/linked"], "deep");
        Model("in/model.onnx", location.Replace("ROOT", folder.Path, StringComparison.Ordinal), "deep/b.bin");
        AssertOwn("deep/b.bin");
    }

    [Fact]
    public void A_target_without_external_data_or_without_a_model_has_none()
    {
        AssertOwn();
        File.WriteAllText(folder["in/model.onnx"], "no model");
        AssertOwn();
        Save("in/model.onnx", Floats("w", [1], 1));
        AssertOwn();
    }

    [Fact]
    public void The_target_counts_as_a_reader_whatever_it_is_called_and_a_folder_that_is_not_there_has_none()
    {
        Model("in/model.bin", "w.bin");
        Assert.True(DataReaders.Around(folder["in/model.bin"]).Names(folder["in/w.bin"]));
        Assert.False(DataReaders.Around(folder["in/model.bin"]).Names(folder["in/b.bin"]));
        Assert.False(DataReaders.Around(folder["nowhere/at/all.onnx"]).Names(folder["in/w.bin"]));
    }

    /// <summary>A run's own files go wherever nothing names them; what was there before only if all models can be read.</summary>
    [Fact]
    public void What_a_run_noted_and_nothing_reads_is_unread()
    {
        Model("in/model.onnx", "read.bin");
        Data("in/read.bin", "in/new.bin", "in/old.bin");
        using var run = WriteLock.Take(folder["in/model.onnx"], Disk.Local);
        foreach (var name in new[] { "new.bin", "read.bin", "gone.bin" }) run.RecordNew(name);
        foreach (var name in new[] { "old.bin", "read.bin", "../in/new.bin", folder["in/old.bin"] }) run.RecordOld(name);
        Assert.Equal(["new.bin", "old.bin"], DataReaders.Unread(run));

        File.WriteAllText(folder["in/odd.onnx"], "no model");
        Assert.Equal(["new.bin"], DataReaders.Unread(run));
    }

    private void AssertOwn(params string[] locations)
        => Assert.Equal(locations.Order(), DataReaders.OnlyOf(folder["in/model.onnx"]).Order());

    private void Data(params string[] names)
    {
        foreach (var name in names) File.WriteAllText(folder[name], "data");
    }

    private void Model(string name, params string[] locations) => Save(name, [.. locations.Select(Stored)]);

    private void Save(string name, params TensorProto[] tensors)
    {
        var builder = new GraphBuilder();
        foreach (var tensor in tensors) builder.Initializer(tensor);
        builder.Save(folder[name]);
    }

    private static TensorProto Stored(string location) => Outside(Shaped("w", TensorProto.Types.DataType.Float, 1), location);
}
