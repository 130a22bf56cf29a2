using System.Diagnostics;
using GspMl.Factorization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// Peak memory of Fit, from a data view that makes its rows as they are read and does not know their number, against that of GspMl.Core's
/// factorisation of the same numbers in arrays of the right size; each in a process of its own, less what the same process takes for a few
/// rows.
/// </summary>
internal static class FitMemory
{
    private const int Few = 64, DenseRows = 200_000, SparseRows = 100_000;

    public static void Print()
    {
        Console.WriteLine("\npeak memory, by the size of the data (aim: as in Core)");
        foreach (var (kind, rows) in new[] { ("dense", DenseRows), ("sparse", SparseRows) })
        {
            var data = GeneratedRows.Of(kind, rows).Bytes;
            double Ratio(string how) => (double)(Child(how, kind, rows) - Child(how, kind, Few)) / data;
            var ratios = $"Core {Ratio("core"):F2}   Fit {Ratio("fit"):F2}   Fit, streamed {Ratio("streamed"):F2}";
            Console.WriteLine($"  {kind,-8}{data / 1e6:F0} MB   {ratios}");
        }
    }

    /// <summary>The work of a child process, which prints its own peak.</summary>
    public static void Measure(string how, string kind, int count)
    {
        var rows = GeneratedRows.Of(kind, count);
        if (how == "core")
            NonnegativeFactorization.Fit(
                rows.ToCore(), new() { Rank = RowSet.Rank, BasisSparsity = 0.7, MaxIterations = 3, Tolerance = 0, Seed = 1 });
        else
            Estimator(how == "streamed" ? 1 << 20 : 1L << 30).Fit(rows.ToDataView(new MLContext(seed: 1)));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64);
    }

    private static SparseNmfEstimator Estimator(long valuesInMemory) => new(new()
    {
        OutputColumnName = "Parts",
        InputColumnName = "Features",
        Rank = RowSet.Rank,
        Sparsity = 0.7,
        MaxIterations = 3,
        Tolerance = 0,
        Seed = 1,
        MaxValuesInMemory = valuesInMemory,
    });

    private static long Child(string how, string kind, int count)
    {
        string[] arguments = [typeof(FitMemory).Assembly.Location, "memory", how, kind, $"{count}"];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var peak = long.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return peak;
    }

    /// <summary>Rows from a seed, the same in every pass, of which only one is in memory.</summary>
    private sealed record GeneratedRows(int Count, int Features, int PerRow)
    {
        public static GeneratedRows Of(string kind, int count) => kind == "dense" ? new(count, 400, 400) : new(count, 30_000, 300);

        public long Bytes => (long)Count * PerRow * (IsDense ? sizeof(float) : sizeof(float) + sizeof(int));

        private bool IsDense => Features == PerRow;

        public DataMatrix<float> ToCore()
        {
            var (starts, slots, values) = (new int[Count + 1], new int[IsDense ? 0 : Count * PerRow], new float[Count * PerRow]);
            var random = new Random(1);
            for (var i = 0; i < Count; i++)
            {
                Fill(random, IsDense ? [] : slots.AsSpan(i * PerRow, PerRow), values.AsSpan(i * PerRow, PerRow));
                starts[i + 1] = starts[i] + PerRow;
            }
            return IsDense ? new DenseData<float>(values, Count, Features) : new SparseData<float>(Count, Features, starts, slots, values);
        }

        public IDataView ToDataView(MLContext ml)
        {
            var schema = SchemaDefinition.Create(typeof(Row));
            schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features);
            return ml.Data.LoadFromEnumerable(Rows(), schema);
        }

        private IEnumerable<Row> Rows()
        {
            var random = new Random(1);
            var (slots, values, row) = (new int[IsDense ? 0 : PerRow], new float[PerRow], new Row());
            for (var i = 0; i < Count; i++)
            {
                Fill(random, slots, values);
                row.Features = IsDense ? new(Features, values) : new(Features, PerRow, values, slots);
                yield return row;
            }
        }

        private void Fill(Random random, Span<int> slots, Span<float> values)
        {
            for (var p = 0; p < values.Length; p++)
            {
                if (!IsDense) slots[p] = Features / PerRow * p + random.Next(Features / PerRow);
                values[p] = random.NextSingle();
            }
        }
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }
    }
}
