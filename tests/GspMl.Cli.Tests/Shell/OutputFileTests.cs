using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Shell;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_gets_all_its_files_and_keeps_others()
    {
        var target = Directory.CreateDirectory(folder.File("parts")).FullName;
        File.WriteAllText(Path.Combine(target, "mine.txt"), "mine");
        File.WriteAllText(Path.Combine(target, "a.txt"), "earlier");

        OutputFile.WriteFolder(target, beside =>
        {
            File.WriteAllText(Path.Combine(beside, "a.txt"), "new");
            File.WriteAllText(Path.Combine(beside, "b.txt"), "new");
        });

        Assert.Equal(["new", "new", "mine"], new[] { "a.txt", "b.txt", "mine.txt" }.Select(name => File.ReadAllText(Path.Combine(target, name))));
        Assert.Equal([target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_could_not_be_written_whole_stays_as_it_was()
    {
        var target = Directory.CreateDirectory(folder.File("parts")).FullName;
        File.WriteAllText(Path.Combine(target, "a.txt"), "earlier");

        Assert.Throws<IOException>(() => OutputFile.WriteFolder(target, beside =>
        {
            File.WriteAllText(Path.Combine(beside, "a.txt"), "new");
            throw new IOException("no space left");
        }));

        Assert.Equal("earlier", File.ReadAllText(Path.Combine(target, "a.txt")));
        Assert.Equal([target], Directory.GetFileSystemEntries(folder.Path));
    }
}
