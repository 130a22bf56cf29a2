using System.Diagnostics;

namespace GspMl.Cli.Tests.Cluster;

/// <summary>The tool as a process of its own, killed with the test at the latest.</summary>
internal sealed class Tool : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> messages;

    public Tool(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // Whatever runs the tests in the background ignores Ctrl-C, and what it starts would do the same.
        string[] heeding = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [];
        string[] words = [.. heeding, "dotnet", typeof(Gspml).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
        (output, messages) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public Tool(params string[] arguments)
        : this(new Dictionary<string, string>(), arguments)
    {
    }

    public int Id => process.Id;

    /// <summary>Kills the process, by its id, without a word.</summary>
    public void Kill() => process.Kill();

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Process.Start("kill", ["-INT", $"{process.Id}"]).Dispose();

    /// <summary>Waits for the end, two minutes where no other limit is given.</summary>
    public async Task<(int ExitCode, string Text)> EndAsync(TimeSpan? atMost = null)
    {
        using var limit = new CancellationTokenSource(atMost ?? TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await messages);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
