using System.Numerics;
using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Factorization;

/// <summary>Every column is a group of its own: each has the target sparsity (cPSNMF).</summary>
internal sealed class SeparateColumns<T>(double sparsity, T[] weights, int maxThreads) : IColumnProjection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GspProjector<T> projector = new(new() { MaxThreads = maxThreads });

    public ReadOnlySpan<T> Weights => weights;

    public void Project(Panel<T> columns, Span<double> thresholds)
    {
        var layout = VectorLayout.Rows(1, columns.Columns);
        var scale = ThresholdScale.Of<T>(weights, columns.Columns);
        for (var k = 0; k < columns.Rows; k++)
        {
            var column = columns.Row(k);
            thresholds[k] = scale * projector.Project(column, column, layout, SparsityTarget.Hoyer(sparsity), weights).Multiplier;
        }
    }
}
