using GspMl.Tests.Shared;

namespace GspMl.Cli.Tests.Fuzzing;

/// <summary>Hostile files end as promised: tests/GspMl.Fuzz, on cases that are the same each time.</summary>
public sealed class FuzzTests
{
    private const string Seed = "22";

    [Theory]
    [InlineData("model", 16_000)]
    [InlineData("all", 4_000)]
    public async Task Hostile_files_end_with_a_result_or_a_documented_error(string target, int cases)
    {
        string[] arguments = [Program, "run", Seed, "0", $"{cases}", .. target == "all" ? Array.Empty<string>() : [target]];
        var run = await Child.Run("dotnet", arguments, TimeSpan.FromMinutes(8));
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains($"{cases:N0} cases, 0 not as promised", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_is_the_same_whenever_it_is_made()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { "a", "b" })
            Assert.Equal(0, (await Child.Run("dotnet", [Program, "show", Seed, "77", "all", folder.File(file)])).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder.File("a")), File.ReadAllBytes(folder.File("b")));
    }

    /// <summary>Built beside the tests: artifacts/bin/GspMl.Cli.Tests/debug → artifacts/bin/GspMl.Fuzz/debug.</summary>
    private static string Program
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(here.Parent!.Parent!.FullName, "GspMl.Fuzz", here.Name, "GspMl.Fuzz.dll");
        }
    }
}
