using System.Diagnostics;
using System.Globalization;
using GspMl.Cli;
using GspMl.Cli.Npy;
using GspMl.Cli.Parts;
using GspMl.Distributed;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Distributed;

/// <summary>Three worker processes, of which one is killed: how long no iteration ends, and what of it is the replay.</summary>
internal static class Recovery
{
    private const int Samples = 24576;
    private const int Features = 1000;
    private const int KillAfter = 31; // the last state was saved at request 20
    private const double DeadAfter = 6;

    public static async Task RunAsync()
    {
        Console.WriteLine("Recovery: three worker processes, one killed after an iteration");
        var folder = Directory.CreateTempSubdirectory("gspml-recovery-").FullName;
        WriteData(folder);
        var workers = Enumerable.Range(0, 3).Select(_ => Worker(folder)).ToList();
        try
        {
            foreach (var saveEvery in new[] { 20, 0 }) await RunAsync(folder, saveEvery, workers).ConfigureAwait(false);
        }
        finally
        {
            foreach (var worker in workers.Where(worker => !worker.HasExited)) worker.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string folder, int saveEvery, List<Process> workers)
    {
        var options = new ClusterOptions { Folder = Path.Combine(folder, "cluster"), ProbeTimeout = TimeSpan.FromSeconds(DeadAfter / 3) };
        await using var coordinator = await ClusterCoordinator.StartAsync(options).ConfigureAwait(false);
        var alive = workers.Count(worker => !worker.HasExited);
        await coordinator.WaitForWorkersAsync(alive, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        var set = PartSet.Of([Path.Combine(folder, "data")]);
        var run = new ShardRun
        {
            Name = $"run-{saveEvery}",
            Data = set.ToJson(),
            Output = Path.Combine(folder, "c"),
            Layout = new(alive, alive),
            SaveEvery = saveEvery,
        };
        var watch = new Gaps(KillAfter, () => workers.First(worker => !worker.HasExited).Kill());
        await coordinator.FitAsync<float>(run, new() { Rank = 50, MaxIterations = 60, Tolerance = 0 }, watch).ConfigureAwait(false);
        coordinator.Forget(run);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  state every {saveEvery} requests: an iteration {watch.Typical:F3} s, the pause {watch.Longest:F1} s = {DeadAfter:F0} s of "
            + $"probes + {watch.Longest - DeadAfter:F1} s"));
    }

    private static void WriteData(string folder)
    {
        var random = new Random(1);
        var values = new float[Samples * Features];
        foreach (ref var value in values.AsSpan()) value = random.NextSingle();
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        NpyWriter.Write<float>(Path.Combine(folder, "data", "x.npy"), values, Samples, Features);
    }

    private static Process Worker(string folder) => Process.Start(
        "dotnet",
        [
            typeof(Gspml).Assembly.Location, "worker", "--cluster", Path.Combine(folder, "cluster"), "--threads", "1", "--dead-after",
            DeadAfter.ToString(CultureInfo.InvariantCulture),
        ]);

    /// <summary>The times between iterations.</summary>
    private sealed class Gaps(int at, Action action) : IProgress<NmfIteration>
    {
        private readonly List<double> gaps = [];
        private long last = Stopwatch.GetTimestamp();

        public double Longest => gaps.Skip(at - 1).Max();

        public double Typical => gaps.Order().ElementAt(gaps.Count / 2);

        public void Report(NmfIteration value)
        {
            gaps.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
            last = Stopwatch.GetTimestamp();
            if (value.Iteration == at) action();
        }
    }
}
