using System.IO.Compression;
using System.Xml.Linq;
using GspMl.Tests.Shared;

namespace GspMl.Cli.Tests.Package;

/// <summary>What is published is what is tested: the tool packed, installed from a folder and run.</summary>
public sealed class ToolPackageTests
{
    [Fact]
    public async Task The_packed_tool_installs_from_a_folder_and_runs()
    {
        using var folder = new TemporaryFolder();
        var (packages, tools) = (Path.Combine(folder.Path, "packages"), Path.Combine(folder.Path, "tools"));

        await Dotnet("pack", Repository.File("src", "GspMl.Cli"), "--no-build", "-c", Configuration, "--nologo", "-v", "quiet", "-o",
            packages);
        // The folder as the only source: the package must need no other.
        var sources = Path.Combine(folder.Path, "nuget.config");
        var only =
            new XElement("packageSources", new XElement("clear"),
            new XElement("add", new XAttribute("key", "folder"), new XAttribute("value", packages)));
        await File.WriteAllTextAsync(sources, new XElement("configuration", only).ToString());
        await Dotnet("tool", "install", "gspml", "--prerelease", "--configfile", sources, "--tool-path", tools);
        var run = await Child.Run(Path.Combine(tools, "gspml"), ["inspect", Models.LeNet5]);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("conv1.weight", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GspMl.Core")]
    [InlineData("GspMl.Onnx")]
    [InlineData("GspMl.Training")]
    [InlineData("GspMl.Distributed")]
    public async Task A_library_is_packed_with_documentation_readme_icon_and_symbols(string project)
    {
        using var folder = new TemporaryFolder();

        await Dotnet("pack", Repository.File("src", project), "--no-build", "-c", Configuration, "--nologo", "-v", "quiet", "-o",
            folder.Path);

        var package = Directory.EnumerateFiles(folder.Path, "*.nupkg").Single();
        using var zip = ZipFile.OpenRead(package);
        Assert.Superset(new HashSet<string> { "README.md", "icon.png", $"lib/net10.0/{project}.dll", $"lib/net10.0/{project}.xml" },
            zip.Entries.Select(entry => entry.FullName).ToHashSet());
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*.snupkg"));
        using var readme = new StreamReader(zip.GetEntry("README.md")!.Open());
        Assert.StartsWith($"# {project}", await readme.ReadToEndAsync(), StringComparison.Ordinal);
    }

    /// <summary>The tests lie in artifacts/bin/…/debug or …/release, named for the configuration that was built.</summary>
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Name;

    private static async Task Dotnet(params string[] arguments)
    {
        var run = await Child.Run("dotnet", arguments);
        Assert.True(run.ExitCode == 0, run.Output);
    }
}
