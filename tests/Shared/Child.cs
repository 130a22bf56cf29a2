using System.Diagnostics;

namespace GspMl.Tests.Shared;

/// <summary>A program started by a test: its exit code and all that it wrote.</summary>
internal sealed record Child(int ExitCode, string Output)
{
    /// <summary>
    /// Runs a program to its end, in the repository's folder or another; after <paramref name="limit"/> (ten minutes) it is killed, and
    /// that is a failure.
    /// </summary>
    public static async Task<Child> Run(string program, IEnumerable<string> arguments, TimeSpan? limit = null, string? folder = null)
    {
        var start =
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder ?? Repository.Root
            };
        // What the runner of the tests tells its own children is not meant for a build that a test starts.
        foreach (var name in start.Environment.Keys.Where(IsOfTheBuild).ToList()) start.Environment.Remove(name);

        using var process = Process.Start(start)!;
        using var end = new CancellationTokenSource(limit ?? TimeSpan.FromMinutes(10));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.");
        }
        return new(process.ExitCode, await output + await errors);
    }

    private static bool IsOfTheBuild(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase);
}
