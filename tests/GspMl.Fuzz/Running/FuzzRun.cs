using System.Diagnostics;
using System.Globalization;

namespace GspMl.Fuzz.Running;

/// <summary>Has workers run cases, notes what they die of, and goes on behind it.</summary>
internal sealed class FuzzRun(int seed, string? target)
{
    // Of wall time; the worker itself measures time of the processor.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly FuzzReport report = new();

    public async Task<FuzzReport> RunAsync(long first, long count)
    {
        var end = first + count;
        while (first < end) first = await RunWorkerAsync(first, end).ConfigureAwait(false);
        return report;
    }

    /// <summary>The number of the first case that has not been run.</summary>
    private async Task<long> RunWorkerAsync(long first, long end)
    {
        using var process = Process.Start(Start("work", $"{first}", $"{end}"))!;
        var errors = process.StandardError.ReadToEndAsync();
        var (running, next) = (-1L, first);
        while (await NextLineAsync(process).ConfigureAwait(false) is { } line)
        {
            var (number, text) = Parts(line);
            if (number % 1000 == 0 && running == number) Console.Error.WriteLine($"case {number:N0} …");
            if (text == number.ToString(CultureInfo.InvariantCulture)) running = number;
            else (running, next) = (-1, report.Add(number, text) + 1);
        }
        var isHanging = !process.WaitForExit(TimeSpan.FromSeconds(5));
        if (isHanging) process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (running < 0 && next >= end) return next;
        if (running < 0) throw new InvalidOperationException($"the worker ended before case {next}: {await errors.ConfigureAwait(false)}");
        var said = (await errors.ConfigureAwait(false)).ReplaceLineEndings(" ");
        var ended = isHanging ? "hung" : $"died {process.ExitCode} {said[..Math.Min(300, said.Length)]}";
        return report.Add(running, await BehindGuardAsync(running, ended).ConfigureAwait(false)) + 1;
    }

    /// <summary>
    /// What the command answers, as a program, to a case that took a worker down: it runs models in a second process, so an error message.
    /// </summary>
    private async Task<string> BehindGuardAsync(long number, string ended)
    {
        var name = new FuzzCase(seed, number, target is null ? null : Targets.Target.Named(target)).Target.Name;
        if (name == "model") return $"{name} {ended}";
        using var process = Process.Start(Start("guarded", $"{number}"))!;
        var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        var last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault($"{number} {name} {ended}");
        return last.EndsWith(" Refused", StringComparison.Ordinal) ? $"{name} Guarded {ended}" : Parts(last).Text;
    }

    private static async Task<string?> NextLineAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        try { return await process.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { return null; }
    }

    private static (long Number, string Text) Parts(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return (long.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture), line[(space + 1)..]);
    }

    private ProcessStartInfo Start(string command, params string[] numbers)
    {
        string[] arguments = [typeof(FuzzRun).Assembly.Location, command, $"{seed}", .. numbers, target ?? "all"];
        return new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A crash is noted; its memory need not be.
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0", ["DOTNET_TieredPGO"] = "0" },
        };
    }
}
