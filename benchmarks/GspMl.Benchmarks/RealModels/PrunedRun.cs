using System.Diagnostics;
using System.Globalization;
using GspMl.Onnx;
using GspMl.Onnx.Weights;

namespace GspMl.Benchmarks.RealModels;

/// <summary>One run of a method in a process of its own: its seconds and the most memory that it held.</summary>
/// <param name="Seconds">From reading the model to having written the pruned one.</param>
/// <param name="ProcessorSeconds">Those of all cores together: what neighbours on the machine change least.</param>
/// <param name="Megabytes">The process's peak resident set.</param>
/// <param name="Zeros">Fraction of zeros among the prunable weights.</param>
internal sealed record PrunedRun(double Seconds, double ProcessorSeconds, double Megabytes, double Zeros)
{
    /// <summary>`bench real-models prune DIR MODEL METHOD ZEROS OUT.onnx`: prunes, and prints the four numbers.</summary>
    public static void Child(string[] args)
    {
        var (folder, real) = (new RealFolder(args[0]), RealModel.All.Single(model => model.Name == args[1]));
        var watch = Stopwatch.StartNew();
        using var model = OnnxModel.Load(folder.Model($"{real.Name}.onnx"));
        using var pruned = RealMethod.All.Single(method => method.Name == args[2])
            .Prune(model, real, folder, double.Parse(args[3], CultureInfo.InvariantCulture));
        pruned.Save(args[4]);
        var (seconds, self) = (watch.Elapsed.TotalSeconds, Process.GetCurrentProcess());
        var (cores, megabytes) = (self.TotalProcessorTime.TotalSeconds, self.PeakWorkingSet64 / 1e6);
        var zeros = pruned.Weights.Sum(weight => (double)WeightCodec<float>.Decode(pruned.Elements, weight).AsSpan().Count(0f))
            / pruned.Weights.Sum(weight => weight.Count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} {cores} {megabytes} {zeros}"));
    }

    /// <summary>Runs the child and waits for it for so long.</summary>
    /// <returns>What it measured, or why there is nothing.</returns>
    public static (PrunedRun? Run, string Failure) Of(RealFolder folder, string model, string method, double zeros, string target,
        TimeSpan limit)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
            [.. Self(), "real-models", "prune", folder.Path, model, method, zeros.ToString(CultureInfo.InvariantCulture), target])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        if (!child.WaitForExit(limit))
        {
            var held = child.PeakWorkingSet64 / 1e6;
            child.Kill(entireProcessTree: true);
            return (null, $"not done in {limit.TotalSeconds:f0} s, {held:f0} MB");
        }
        if (child.ExitCode != 0) return (null, Reason(errors.Result));
        var values = output.Result.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return (new(values[0], values[1], values[2], values[3]), "");
    }

    private static string[] Self()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];

    /// <summary>The message of an unhandled exception's first line.</summary>
    private static string Reason(string errors)
        => errors.Split('\n').FirstOrDefault(line => line.StartsWith("Unhandled exception", StringComparison.Ordinal), errors).Trim();
}
