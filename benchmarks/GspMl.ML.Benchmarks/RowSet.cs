using GspMl.Factorization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Benchmarks;

/// <summary>The same rows as ML.NET and as GspMl.Core take them: sums of a few parts, and noise.</summary>
internal sealed class RowSet
{
    public const int Rank = 20;

    private RowSet(string name, VBuffer<float>[] rows, int features) => (Name, Rows, Features) = (name, rows, features);

    public string Name { get; }

    public VBuffer<float>[] Rows { get; }

    public int Features { get; }

    public static RowSet Dense(int samples, int features)
    {
        var random = new Random(1);
        float Entry(int _) => random.Next(4) == 0 ? random.NextSingle() : 0;
        var parts = Enumerable.Range(0, Rank).Select(_ => Enumerable.Range(0, features).Select(Entry).ToArray()).ToArray();
        var rows = Enumerable.Range(0, samples).Select(_ =>
        {
            var (a, b, c) = (parts[random.Next(Rank)], parts[random.Next(Rank)], parts[random.Next(Rank)]);
            var values = new float[features];
            for (var j = 0; j < features; j++) values[j] = a[j] + b[j] + c[j] + (0.05f * random.NextSingle());
            return new VBuffer<float>(features, values);
        });
        return new($"dense, {samples} × {features}, rank {Rank}", [.. rows], features);
    }

    public static RowSet Sparse(int samples, int features, double density)
    {
        var random = new Random(2);
        var count = (int)(features * density);
        var rows = Enumerable.Range(0, samples).Select(_ =>
        {
            // Words are frequent as Zipf has it: the square of a uniform number favours the first features.
            var drawn = Enumerable.Range(0, count).Select(_ => (int)(features * Math.Pow(random.NextDouble(), 2)));
            var slots = drawn.Distinct().Order().ToArray();
            return new VBuffer<float>(features, slots.Length, [.. slots.Select(_ => random.NextSingle())], slots);
        });
        return new($"sparse, {samples} × {features} with {density:P0} of values, rank {Rank}", [.. rows], features);
    }

    /// <summary>How Core takes the rows from arrays that are in memory.</summary>
    public Func<DataMatrix<float>> CoreData()
    {
        if (Rows[0].IsDense)
        {
            var dense = Rows.SelectMany(row => row.DenseValues()).ToArray();
            return () => new DenseData<float>(dense, Rows.Length, Features);
        }
        var starts = new int[Rows.Length + 1];
        for (var i = 0; i < Rows.Length; i++) starts[i + 1] = starts[i] + Rows[i].GetValues().Length;
        int[] slots = [.. Rows.SelectMany(row => row.GetIndices().ToArray())];
        float[] values = [.. Rows.SelectMany(row => row.GetValues().ToArray())];
        return () => new SparseData<float>(Rows.Length, Features, starts, slots, values);
    }

    public IDataView ToDataView(MLContext ml)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features);
        var rows = Rows.Select(row => new Row { Features = row, Label = row.GetValues()[0] > row.GetValues()[^1] });
        return ml.Data.LoadFromEnumerable(rows.ToList(), schema);
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public bool Label { get; set; }
    }
}
