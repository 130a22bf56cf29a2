using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>
/// What happens where the sparsity jumps. At a multiplier where the largest excess of a vector is exactly 0 and several entries share it,
/// every unit vector on these entries is optimal: its |c|ᵀu − μβ·wᵀu is 0. So wᵀu may be anything from the least of their weights (one
/// entry kept) to the norm of their weights, and one choice meets the target.
/// </summary>
internal sealed class JumpSolver<T>(Group<T> group, Evaluation<T> evaluation, TiedEntries<T> ties)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How far the tied vectors have to go, at a jump that a search has closed in upon.</summary>
    public Solution Fill(double target, MultiplierSearch search, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        evaluation.At(search.High);
        var table = group.Table;
        var (fixedSum, least, most) = (0.0, 0.0, 0.0);
        foreach (ref readonly var section in group.Division.Sections)
        {
            for (var k = 0; section.Defined && k < section.Count; k++)
            {
                var v = section.Vector + k;
                if (table.Largest[v] == 0) fixedSum += 1;
                else if (ties.Of(section, k, search.Low, search.High, worker: 0) is { } tie)
                {
                    least += table.Beta[v] * (table.WeightNorm[v] - tie.Norm);
                    most += table.Beta[v] * (table.WeightNorm[v] - tie.LeastWeight);
                }
                else fixedSum += evaluation.SparsityOf(section, k, table.Current[v], worker: 0, out _);
            }
        }
        var fill = most > least ? (target * group.Count().Vectors - fixedSum - least) / (most - least) : double.NaN;
        var ending = fill is >= 0 and <= 1 ? ProjectionEnding.MetAtTie : ProjectionEnding.JumpedOver;
        return new(search.High, ending, search.Evaluations) { Below = search.Low, Fill = fill > 1 ? double.NaN : Math.Max(fill, 0) };
    }
}
