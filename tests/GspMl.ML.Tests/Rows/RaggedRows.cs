using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.Rows;

/// <summary>Rows for a column of four slots of which one has another length, and the components that must refuse it.</summary>
internal static class RaggedRows
{
    public const int Slots = 4;

    /// <summary>What a row of another length may be; by name, so that a test's name says it.</summary>
    public static readonly IReadOnlyDictionary<string, VBuffer<float>> Vectors = new Dictionary<string, VBuffer<float>>
    {
        ["short"] = new(2, [0, 0]),
        ["long"] = new(5, [1, 2, 3, 4, 5]),
        ["null"] = default,
        ["sparse and short"] = new(2, 1, [7], [1]),
        ["sparse and long"] = new(9, 1, [7], [8]),
        ["sparse and long, its values within"] = new(9, 1, [7], [2]),
        ["sparse without values, and short"] = new(3, 0, [], []),
    };

    public static readonly IReadOnlyDictionary<string, Func<MLContext, IEstimator<ITransformer>>> Components =
        new Dictionary<string, Func<MLContext, IEstimator<ITransformer>>>
        {
            ["projection"] = ml => ml.Transforms.GspProjection("Out", "Features", sparsity: 0.6),
            ["projection in place"] = ml => ml.Transforms.GspProjection("Features", sparsity: 0.6),
            ["projection by row"] = ml => ml.Transforms.RowGroupProjection("Out", "Features", [2, 2], sparsity: 0.6),
            ["projection by row in place"] = ml => ml.Transforms.RowGroupProjection([new("Features")], sparsity: 0.6),
            ["factorisation"] = ml => ml.Transforms.SparseNmf("Out", "Features", rank: 2, sparsity: 0.4),
            ["factorisation in place"] = ml => ml.Transforms.SparseNmf("Features", rank: 2, sparsity: 0.4),
        };

    /// <summary>The column that a component adds.</summary>
    public static string Output(string component) => component.EndsWith("in place", StringComparison.Ordinal) ? "Features" : "Out";

    /// <summary>Forty whole rows, in place of one of which another may stand.</summary>
    public static IDataView Data(MLContext ml, bool sparse = false, int at = -1, VBuffer<float> other = default)
    {
        var rows = GeneratedData.Matrix(40, Slots, 5, r => 0.1f + (float)r.NextDouble())
            .Select((row, i) => new Vector { Features = i == at ? other : sparse ? Sparse(row) : new(Slots, row) });
        var schema = SchemaDefinition.Create(typeof(Vector));
        schema[nameof(Vector.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Slots);
        return ml.Data.LoadFromEnumerable(rows.ToList(), schema);
    }

    /// <summary>Column, row and both sizes are in the message.</summary>
    public static void IsNamed(InvalidOperationException error, int row, int length)
    {
        Assert.Contains($"Column 'Features', row {row}:", error.Message);
        Assert.Contains($"the row has {length} values", error.Message);
        Assert.Contains($"a vector of {Slots}", error.Message);
    }

    /// <summary>The first slot left out.</summary>
    private static VBuffer<float> Sparse(float[] row) => new(Slots, Slots - 1, row[1..], [1, 2, 3]);

    internal sealed class Vector
    {
        public VBuffer<float> Features { get; set; }
    }

    internal sealed class Row
    {
        [VectorType(Slots)] public float[]? Features { get; set; }
    }

    internal sealed class Projected
    {
        public float[] Features { get; set; } = [];
    }
}
