using GspMl.Tests.Shared;

namespace GspMl.Core.Tests.AheadOfTime;

/// <summary>Core needs no JIT compiler: a program over it, compiled to native code, meets every target.</summary>
public sealed class NativeProgramTests
{
    [Fact]
    public async Task Core_compiled_ahead_of_time_meets_every_target()
    {
        const string project = "GspMl.Core.AotSmoke";
        // A place of its own: the build that runs these tests may still be using the other one.
        var artifacts = Repository.File("artifacts", "aot");
        var publish = await Child.Run("dotnet", ["publish", Repository.File("tests", project), "-c", "Release", "--nologo", "-v", "quiet",
        "--use-current-runtime",
            $"-p:ArtifactsPath={artifacts}", $"-p:NuGetLockFilePath={Path.Combine(artifacts, "packages.lock.json")}",
            "-p:RestoreLockedMode=false"]);
        Assert.SkipWhen(publish.Output.Contains("Platform linker", StringComparison.Ordinal),
            "no native linker (clang or gcc) is installed");
        Assert.True(publish.ExitCode == 0, publish.Output);

        var name = OperatingSystem.IsWindows() ? $"{project}.exe" : project;
        var program = Directory.EnumerateFiles(Path.Combine(artifacts, "publish", project), name, SearchOption.AllDirectories).Single();
        var run = await Child.Run(program, []);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.StartsWith("vectors", run.Output, StringComparison.Ordinal);
    }
}
