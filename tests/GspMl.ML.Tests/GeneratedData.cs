using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests;

/// <summary>Data made from a seed.</summary>
internal static class GeneratedData
{
    /// <summary>Rows as a vector column of known size with slot names, dense or sparse.</summary>
    public static IDataView Vectors(
        this MLContext ml, float[][] rows, bool sparse = false, string column = "Features", IReadOnlyList<bool>? labels = null)
    {
        var size = rows.Length == 0 ? 1 : rows[0].Length;
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        var names = Enumerable.Range(0, size).Select(i => $"slot{i}".AsMemory()).ToArray();
        var namesType = new VectorDataViewType(TextDataViewType.Instance, size);
        schema[nameof(Row.Features)].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(size, names), namesType);
        schema[nameof(Row.Features)].ColumnName = column; // last: it is found by the name from then on
        var objects = rows.Select((row, i) => new Row
        {
            Features = sparse ? Sparse(row) : new VBuffer<float>(size, row),
            Label = labels?[i] ?? i % 2 == 0,
            Number = i,
        });
        return ml.Data.LoadFromEnumerable(objects.ToList(), schema);
    }

    public static float[][] Matrix(int rows, int columns, int seed, Func<Random, float> value)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => value(random)).ToArray())];
    }

    public static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public static float[][] Floats(this IDataView data, string column) =>
        [.. data.GetColumn<VBuffer<float>>(column).Select(v => v.DenseValues().ToArray())];

    private static VBuffer<float> Sparse(float[] row)
    {
        var indices = Enumerable.Range(0, row.Length).Where(i => row[i] != 0).ToArray();
        return new(row.Length, indices.Length, [.. indices.Select(i => row[i])], indices);
    }

    internal sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public bool Label { get; set; }

        public float Number { get; set; }
    }
}
