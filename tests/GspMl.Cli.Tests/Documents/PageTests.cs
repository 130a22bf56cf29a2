using System.CommandLine.Invocation;
using System.Text.Json;
using System.Xml.Linq;
using GspMl.Cli.Shell;
using GspMl.Tests.Shared;

namespace GspMl.Cli.Tests.Documents;

/// <summary>The pages cannot lie: code is that of samples, commands are understood, files and headings that are linked exist.</summary>
public sealed class PageTests
{
    private static readonly IReadOnlyList<CodeBlock> Blocks = [.. Page.All.SelectMany(page => page.Blocks)];
    private static readonly string[] OfFiles = ["csharp", "json", "yaml", "bash"];
    private static readonly string[] Languages = [.. OfFiles, "", "text"];
    private static readonly string[] Folders = ["src", "tests", "samples", "docs", "benchmarks"];
    private static readonly string[] OfDotnet =
        ["run", "test", "pack", "publish", "build", "restore", "tool", "docfx", "stryker", "add", "sln", "format"];

    /// <summary>Programs that commands of the pages begin with; gspml, dotnet and bench are looked at by tests of their own.</summary>
    private static readonly string[] Programs = ["gspml", "dotnet", "bench", "apt-get", "bash", "cd", "sharpfuzz", "afl-fuzz"];

    [Fact]
    public void Every_block_is_of_a_kind_that_is_looked_at()
    {
        Assert.True(Blocks.Count > 60, $"only {Blocks.Count} blocks are found");
        Assert.All(Blocks, block => Assert.Contains(block.Language, Languages));
    }

    [Fact]
    public void Every_block_of_code_is_the_file_that_it_names_from_its_usings_on() => Assert.All(Of(OfFiles), block =>
    {
        var file = File.ReadAllText(Path.Combine(Models.Root, block.Note)).ReplaceLineEndings("\n");
        var code = block.Language == "csharp" ? file[file.IndexOf("using ", StringComparison.Ordinal)..] : file;
        Assert.StartsWith(block.Text.Trim() + "\n", code.Trim() + "\n", StringComparison.Ordinal);
    });

    [Fact]
    public void Every_command_of_gspml_is_understood()
    {
        var lines = Commands("gspml").ToList();
        Assert.True(lines.Count > 30, $"only {lines.Count} commands are found");
        Assert.All(lines, line =>
        {
            var parsed = Gspml.Parse(Words.Of(line)[1..], new CommandShell(TextWriter.Null, TextWriter.Null));
            Assert.True(parsed.Action is not (null or ParseErrorAction), $"{line}: {string.Join(' ', parsed.Errors)}");
        });
    }

    [Fact]
    public void Every_command_of_dotnet_names_a_project_or_a_tool_that_is_there() => Assert.All(Commands("dotnet"), line =>
    {
        var words = Words.Of(line);
        if (words is ["dotnet", "gspml", ..]) return;
        Assert.Contains(words[1], OfDotnet);
        Assert.All(words.Where(word => Folders.Contains(word.Split('/')[0]) && word.Contains('/')),
            word => Assert.True(Path.Exists(Path.Combine(Models.Root, word)), line));
    });

    [Fact]
    public void Every_other_command_is_a_known_program_or_a_script_that_is_there() => Assert.All(
        Of("").SelectMany(block => block.Lines).Select(line => Words.Of(line).SkipWhile(word => word.Contains('=')).First()),
        program => Assert.True(Programs.Contains(program) || program == "gpu-bench/GspMl.Benchmarks"
            || File.Exists(Path.Combine(Models.Root, program)), program));

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist() => Assert.All(
        Page.All.SelectMany(page => page.Links.Select(link => (Page: page, link.Path, link.Heading))), link =>
        {
            var path = link.Path.Length == 0 ? link.Page.Name : Path.Combine(Path.GetDirectoryName(link.Page.Name)!, link.Path);
            Assert.True(Path.Exists(Path.Combine(Models.Root, path)), $"{link.Page.Name}: {link.Path}");
            if (link.Heading.Length > 0) Assert.Contains(link.Heading, Page.Read(path).Headings);
        });

    [Fact]
    public void Every_page_of_docs_is_in_the_list_of_pages()
    {
        var listed = Page.Read("docs/README.md").Links.Select(link => link.Path).ToList();
        var pages = Directory.EnumerateFiles(Path.Combine(Models.Root, "docs"), "*.md").Select(Path.GetFileName);
        Assert.Empty(pages.Except(listed).Except(["README.md"]));
    }

    [Fact]
    public void Every_sample_has_a_page_and_is_in_the_list_of_samples()
    {
        var samples = Directory.EnumerateDirectories(Path.Combine(Models.Root, "samples")).Select(Path.GetFileName).ToList();
        var listed = Page.Read("samples/README.md").Links.Select(link => link.Path).ToList();
        Assert.All(samples, sample => Assert.Contains($"{sample}/README.md", listed));
        Assert.All(samples, sample => Assert.True(File.Exists(Path.Combine(Models.Root, "samples", sample!, "README.md"))));
    }

    [Fact]
    public void The_manifest_of_tools_names_the_package_of_this_version()
    {
        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Models.Root, "samples/QualityGate/dotnet-tools.json"))).RootElement;
        var version = manifest.GetProperty("tools").GetProperty("gspml").GetProperty("version").GetString();
        var properties = XDocument.Load(Path.Combine(Models.Root, "Directory.Build.props"));
        string Property(string name) => properties.Descendants(name).Single().Value;
        Assert.Equal($"{Property("VersionPrefix")}-{Property("VersionSuffix")}", version);
    }

    [Fact]
    public void The_gate_of_the_workflow_is_a_command_that_can_fail()
    {
        var workflow = File.ReadAllText(Path.Combine(Models.Root, "samples/QualityGate/quality-gate.yml")).ReplaceLineEndings("\n");
        var command = workflow[workflow.IndexOf("dotnet gspml ", StringComparison.Ordinal)..workflow.IndexOf("      - uses: actions/upload",
            StringComparison.Ordinal)];
        var parsed = Gspml.Parse(Words.Of(command)[2..], new CommandShell(TextWriter.Null, TextWriter.Null));
        Assert.Empty(parsed.Errors);
        Assert.Equal(1, parsed.GetValue<double?>("--max-accuracy-drop"));
    }

    [Fact]
    public async Task The_completion_for_bash_completes()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no bash here");
        var script = $$"""
            gspml() { dotnet "{{typeof(Gspml).Assembly.Location}}" "$@"; }
            . "{{Path.Combine(Models.Root, "samples/QualityGate/completion.bash")}}"
            COMP_LINE='gspml prune --ze'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(gspml prune --ze); COMP_CWORD=2
            _gspml; echo "${COMPREPLY[*]}"
            """;

        var run = await Child.Run("/bin/bash", ["-c", script], TimeSpan.FromMinutes(1));

        Assert.Equal((0, "--zeros"), (run.ExitCode, run.Output.Trim()));
    }

    private static IEnumerable<CodeBlock> Of(params string[] languages) => Blocks.Where(block => languages.Contains(block.Language));

    private static IEnumerable<string> Commands(string program) => Of("").SelectMany(block => block.Lines)
        .Select(line => string.Join(' ', line.Split(' ').SkipWhile(word => word.Contains('='))))
        .Where(line => line.StartsWith(program + " ", StringComparison.Ordinal));
}
