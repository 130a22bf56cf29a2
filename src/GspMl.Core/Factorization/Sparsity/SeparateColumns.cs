using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Factorization;

/// <summary>Every column is a group of its own: each has the target sparsity (cPSNMF).</summary>
internal sealed class SeparateColumns(double sparsity, double[] weights, int maxThreads) : IColumnProjection
{
    private readonly GspProjector<double> projector = new(new() { MaxThreads = maxThreads });

    public ReadOnlySpan<double> Weights => weights;

    public void Project(Panel<double> columns, Span<double> thresholds)
    {
        thresholds.Clear();
        if (columns.Columns < 2) return; // no sparsity is defined
        var layout = VectorLayout.Rows(1, columns.Columns);
        var scale = ThresholdScale.Of(weights, columns.Columns);
        for (var k = 0; k < columns.Rows; k++)
        {
            var column = columns.Row(k);
            thresholds[k] = scale * projector.Project(column, column, layout, SparsityTarget.Hoyer(sparsity), weights).Multiplier;
        }
    }
}
