using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Factorization;

/// <summary>All columns in one group: their average sparsity is the target (PSNMF; with weights, WSNMF).</summary>
internal sealed class GroupedColumns(double sparsity, double[] weights, int maxThreads) : IColumnProjection
{
    private readonly GspProjector<double> projector = new(new() { MaxThreads = maxThreads });

    public ReadOnlySpan<double> Weights => weights;

    public void Project(Panel<double> columns, Span<double> thresholds)
    {
        thresholds.Clear();
        if (columns.Columns < 2) return; // no sparsity is defined
        var layout = new VectorLayout(columns.Rows, columns.Columns, columns.Stride, 1);
        var result = projector.Project(columns.Filled, columns.Filled, layout, SparsityTarget.Hoyer(sparsity), weights);
        thresholds.Fill(result.Multiplier * ThresholdScale.Of(weights, columns.Columns));
    }
}
