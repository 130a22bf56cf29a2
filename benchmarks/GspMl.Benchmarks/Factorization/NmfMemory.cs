using System.Diagnostics;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Factorization;

/// <summary>
/// Peak memory of a fit, each in a process of its own, less that of a process that does nothing, beside twice the data and the factors:
/// data in memory, and 3 GB that are read in passes, with the coefficients kept and without.
/// </summary>
internal static class NmfMemory
{
    private const int Rank = 20;

    private sealed record Sizes(long Samples, long Features, long Data)
    {
        public long Factors => (Samples + Features) * Rank * sizeof(float);
    }

    public static void Run(string[] arguments)
    {
        if (arguments is [var one])
        {
            Report(one switch
            {
                "dense" => Dense(),
                "sparse" => Sparse(),
                "batches" => Batches(),
                "basis-only" => BasisOnly(),
                _
                => new(0, 0, 0)
            });
            return;
        }
        Console.WriteLine($"{"MB",-12}{"data",8}{"factors",9}{"peak",8}{"2 × data + factors",20}{"peak / data",13}");
        var runtime = Child("nothing").Peak;
        foreach (var kind in new[] { "dense", "sparse", "batches", "basis-only" })
        {
            var (sizes, whole) = Child(kind);
            var (peak, aim) = (whole - runtime, 2 * sizes.Data + sizes.Factors);
            Console.WriteLine($"{kind,-12}{sizes.Data / 1e6,8:F0}{sizes.Factors / 1e6,9:F1}{peak / 1e6,8:F0}"
                + $"{aim / 1e6,20:F0}{(double)peak / sizes.Data,13:F2}");
        }
    }

    private static (Sizes Sizes, long Peak) Child(string kind)
    {
        using var process =
            Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
            [typeof(NmfMemory).Assembly.Location, "nmf-memory", kind])
            { RedirectStandardOutput = true })!;
        var numbers = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)
            .ToArray();
        process.WaitForExit();
        return (new(numbers[0], numbers[1], numbers[2]), numbers[3]);
    }

    private static void Report(Sizes sizes)
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"{sizes.Samples} {sizes.Features} {sizes.Data} {self.PeakWorkingSet64}");
    }

    private static Sizes Dense()
    {
        const int samples = 200_000, features = 500;
        var values = new float[samples * features];
        var random = new Random(1);
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        NonnegativeFactorization.Fit(new DenseData<float>(values, samples, features), Options(3));
        return new(samples, features, (long)values.Length * sizeof(float));
    }

    private static Sizes Sparse()
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
        return new(samples, features, (long)values.Length * (sizeof(float) + sizeof(int)));
    }

    private static Sizes Batches()
    {
        var rows = new RandomRows(1_000_000, 800);
        NonnegativeFactorization.Fit(new StreamedData<float>(rows, batchRows: 4096), Options(2));
        return rows.Sizes;
    }

    private static Sizes BasisOnly()
    {
        var rows = new RandomRows(1_000_000, 800);
        NonnegativeFactorization.Fit(rows, Options(1), batchRows: 4096);
        return rows.Sizes;
    }

    private static NmfOptions Options(int iterations) => new() { Rank = Rank, MaxIterations = iterations, Tolerance = 0, Seed = 1 };

    /// <summary>Rows of rank 5 made as they are read.</summary>
    private sealed class RandomRows(int count, int features) : IRowSource<float>
    {
        public Sizes Sizes => new(count, features, (long)count * features * sizeof(float));

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
