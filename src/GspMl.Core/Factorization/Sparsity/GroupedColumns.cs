using System.Numerics;
using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Factorization;

/// <summary>All columns in one group: their average sparsity is the target (PSNMF; with weights, WSNMF).</summary>
internal sealed class GroupedColumns<T>(double sparsity, T[] weights, int maxThreads) : IColumnProjection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GspProjector<T> projector = new(new() { MaxThreads = maxThreads });

    public ReadOnlySpan<T> Weights => weights;

    public void Project(Panel<T> columns, Span<double> thresholds)
    {
        var layout = new VectorLayout(columns.Rows, columns.Columns, columns.Stride, 1);
        var result = projector.Project(columns.Filled, columns.Filled, layout, SparsityTarget.Hoyer(sparsity), weights);
        thresholds.Fill(result.Multiplier * ThresholdScale.Of<T>(weights, columns.Columns));
    }
}
