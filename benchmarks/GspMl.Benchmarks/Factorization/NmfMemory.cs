using System.Diagnostics;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Factorization;

/// <summary>Peak memory of a fit, each in a process of its own: dense, sparse, and streamed data larger than what is kept.</summary>
internal static class NmfMemory
{
    private const int Rank = 20;

    public static void Run(string[] arguments)
    {
        if (arguments is [var one])
        {
            Report(one switch { "dense" => Dense(), "sparse" => Sparse(), "streamed" => Streamed(), _ => 0 });
            return;
        }
        Console.WriteLine($"{"",-10}{"data MB",10}{"peak MB",10}{"less the runtime's, by data",30}");
        var runtime = Child("nothing").Peak;
        foreach (var kind in new[] { "dense", "sparse", "streamed" })
        {
            var (data, peak) = Child(kind);
            Console.WriteLine($"{kind,-10}{data / 1e6,10:F0}{peak / 1e6,10:F0}{(double)(peak - runtime) / data,30:F2}");
        }
    }

    private static (long Data, long Peak) Child(string kind)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(NmfMemory).Assembly.Location, "nmf-memory", kind]) { RedirectStandardOutput = true })!;
        var words = process.StandardOutput.ReadToEnd().Split();
        process.WaitForExit();
        return (long.Parse(words[0]), long.Parse(words[1]));
    }

    private static void Report(long data)
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"{data} {self.PeakWorkingSet64}");
    }

    private static long Dense()
    {
        const int samples = 200_000, features = 500;
        var values = new float[samples * features];
        var random = new Random(1);
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        NonnegativeFactorization.Fit(new DenseData<float>(values, samples, features), Options(3));
        return (long)values.Length * sizeof(float);
    }

    private static long Sparse()
    {
        const int samples = 100_000, features = 30_000, perRow = 300;
        var random = new Random(1);
        int[] starts = new int[samples + 1], indices = new int[samples * perRow];
        var values = new float[samples * perRow];
        for (var i = 0; i < samples; i++)
        {
            starts[i + 1] = starts[i] + perRow;
            for (var p = 0; p < perRow; p++)
            {
                indices[starts[i] + p] = features / perRow * p + random.Next(features / perRow);
                values[starts[i] + p] = random.NextSingle();
            }
        }
        NonnegativeFactorization.Fit(new SparseData<float>(samples, features, starts, indices, values), Options(3));
        return (long)values.Length * (sizeof(float) + sizeof(int));
    }

    private static long Streamed()
    {
        var rows = new RandomRows(2_000_000, 400);
        NonnegativeFactorization.Fit(rows, Options(1), batchRows: 4096);
        return (long)rows.Count * rows.Features * sizeof(float);
    }

    private static NmfOptions Options(int iterations) => new() { Rank = Rank, MaxIterations = iterations, Tolerance = 0, Seed = 1 };

    /// <summary>Rows of rank 5 made as they are read.</summary>
    private sealed class RandomRows(int count, int features) : IRowSource<float>
    {
        public int Count => count;

        public int Features => features;

        public IRowReader<float> Open() => new Reader(count, features);
    }

    private sealed class Reader(int count, int features) : IRowReader<float>
    {
        private readonly Random random = new(1);
        private int left = count;

        public int Read(Span<float> rows)
        {
            var read = Math.Min(left, rows.Length / features);
            for (var i = 0; i < read; i++)
            {
                var (topic, strength) = (random.Next(5), random.NextSingle());
                var row = rows.Slice(i * features, features);
                for (var j = 0; j < features; j++) row[j] = j % 5 == topic ? strength : 0;
            }
            left -= read;
            return read;
        }

        public void Dispose()
        {
        }
    }
}
