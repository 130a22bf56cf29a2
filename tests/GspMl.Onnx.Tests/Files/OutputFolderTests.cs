using System.Text;
using GspMl.Onnx.Files;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Files;

public sealed class OutputFolderTests : IDisposable
{
    private static readonly string[] Names = ["a.txt", "b.txt", "c.txt"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Target => folder["parts"];

    [Fact]
    public void A_folder_gets_all_its_files_and_keeps_others()
    {
        Write("earlier", "a.txt", "c.txt");
        File.WriteAllText(Path.Combine(Target, "mine.txt"), "mine");

        Write("new", "a.txt", "b.txt");

        Assert.Equal(["a.txt new", "b.txt new", "mine.txt mine"], Content());
        Assert.All(Directory.GetFiles(Target), file => Assert.Null(new FileInfo(file).LinkTarget));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_whole_stays_as_it_was()
    {
        Write("earlier", "a.txt");
        Assert.Throws<IOException>(WriteHalf);
        Assert.Equal(["a.txt earlier"], Content());
    }

    [Fact]
    public void A_new_folder_that_cannot_be_written_whole_is_not_there()
    {
        Assert.Throws<IOException>(WriteHalf);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void A_link_that_leads_nowhere_is_refused_before_the_work(string ending)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        File.CreateSymbolicLink(Target, "nowhere");
        var error = Assert.Throws<IOException>(() => OutputFolder.Check(Target + ending, Names));
        Assert.Contains("is a symbolic link to nowhere, where no folder is", error.Message);
    }

    [Theory]
    [InlineData(new string[0], new[] { "a.txt", "b.txt" })]
    [InlineData(new[] { "a.txt", "b.txt", "c.txt" }, new[] { "a.txt", "b.txt" })]
    [InlineData(new[] { "a.txt" }, new[] { "a.txt", "b.txt", "c.txt" })]
    public void A_kill_at_any_step_leaves_the_old_files_or_the_new(string[] before, string[] after)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        string[] old = [.. before.Select(name => $"{name} earlier")], made = [.. after.Select(name => $"{name} new")];
        var steps = KilledDisk.AtEachStep(
            disk =>
            {
                if (Directory.Exists(Target)) Directory.Delete(Target, recursive: true);
                if (before.Length > 0) Write("earlier", before);
                Write(disk, "new", after);
            },
            _ =>
            {
                var found = Content();
                Assert.True(found.SequenceEqual(old) || found.SequenceEqual(made), string.Join(", ", found));
                Write("next", "b.txt");
                Assert.Equal(["b.txt next"], Content());
                Assert.Equal([Path.Combine(Target, "b.txt")], Directory.GetFileSystemEntries(Target));
            });
        Assert.True(steps > 15, $"{steps} steps");
    }

    [Fact]
    public void Without_links_a_kill_never_leaves_files_of_two_runs()
    {
        KilledDisk.AtEachStep(
            disk =>
            {
                if (Directory.Exists(Target)) Directory.Delete(Target, recursive: true);
                Write("earlier", Names);
                Write(disk, "new", "a.txt", "b.txt");
            },
            _ =>
            {
                Assert.True(Content().Select(file => file.Split(' ')[1]).Distinct().Count() <= 1, string.Join(", ", Content()));
                Write("next", Names);
                Assert.Equal(Names.Select(name => $"{name} next"), Content());
                Assert.Equal(3, Directory.GetFileSystemEntries(Target).Length);
            },
            hasLinks: false);
        Assert.Equal(["a.txt new", "b.txt new"], Content());
    }

    [Fact]
    public void Files_that_cannot_be_replaced_with_the_others_are_named_and_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        Write("earlier", "a.txt", "b.txt");
        File.Move(Path.Combine(Target, "b.txt"), folder["b.txt"]);
        File.CreateSymbolicLink(Path.Combine(Target, "b.txt"), "../b.txt");
        Assert.Contains("b.txt: is a symbolic link to ../b.txt", Assert.Throws<IOException>(() => Write("new", "a.txt", "b.txt")).Message,
            StringComparison.Ordinal);

        Disk.Local.Link(Path.Combine(Target, "a.txt"), folder["a.txt"]);
        Assert.Contains("a.txt: the file has 2 names", Assert.Throws<IOException>(() => Write("new", "a.txt")).Message,
            StringComparison.Ordinal);
        Assert.Equal(["a.txt earlier", "b.txt earlier"], Content());
    }

    [Fact]
    public void The_mode_of_each_file_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not on this system");
        Write("earlier", "a.txt", "b.txt");
        Modes.Set(Path.Combine(Target, "b.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("new", "a.txt", "b.txt");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Modes.Of(Path.Combine(Target, "b.txt")));
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_refused_and_kept()
    {
        File.WriteAllText(Target, "kept");
        Assert.Contains("is a file", Assert.Throws<IOException>(() => Write("new", "a.txt")).Message, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(Target));
    }

    private void Write(string text, params string[] names) => Write(Disk.Local, text, names);

    private void Write(Disk disk, string text, params string[] names)
        => OutputFolder.Write(Target, names.ToDictionary(name => name,
            _ => (Action<Stream>)(stream => stream.Write(Encoding.UTF8.GetBytes(text)))), Names, disk);

    private void WriteHalf() => OutputFolder.Write(
        Target, new Dictionary<string, Action<Stream>>
        {
            ["a.txt"] = stream => stream.Write("new"u8),
            ["b.txt"] = _ => throw new IOException("no space left")
        }, Names);

    /// <summary>What a reader finds.</summary>
    private List<string> Content() => !Directory.Exists(Target) ? [] :
        [.. Directory.GetFiles(Target).Where(file => !Path.GetFileName(file).StartsWith('.') && CanRead(file))
            .Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {File.ReadAllText(file)}")];

    private static bool CanRead(string file)
    {
        try { return File.ReadAllBytes(file) is not null; }
        catch (FileNotFoundException) { return false; } // a link that leads to a file which this version has not
        catch (DirectoryNotFoundException) { return false; }
    }
}
