namespace GspMl.Projection;

/// <summary>
/// What happens where the sparsity jumps. At a multiplier where the largest excess of a vector is exactly 0 and several entries share it, every
/// unit vector on these entries is optimal: its |c|ᵀu − μβ·wᵀu is 0. So wᵀu may be anything from the least of their weights (one entry kept)
/// to the norm of their weights, and one choice meets the target.
/// </summary>
internal sealed unsafe partial class GroupSolver<T>
{
    /// <summary>Excesses within this part of the threshold are taken as equal.</summary>
    private const double TieTolerance = 2e-15;

    private Solution AtJump(double target, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Evaluate(search.High);
        var (fixedSum, least, most) = (0.0, 0.0, 0.0);
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; section.Defined && k < section.Count; k++)
            {
                var v = section.Vector + k;
                if (table.Largest[v] == 0) fixedSum += 1;
                else if (TieOf(section, k, search.Low, search.High, worker: 0) is { } tie)
                {
                    least += table.Beta[v] * (table.WeightNorm[v] - tie.Norm);
                    most += table.Beta[v] * (table.WeightNorm[v] - tie.LeastWeight);
                }
                else fixedSum += SparsityAt(section, k, table.Current[v], worker: 0, out _);
            }
        }
        var fill = most > least ? (target * Count().Vectors - fixedSum - least) / (most - least) : double.NaN;
        var ending = fill is >= 0 and <= 1 ? ProjectionEnding.MetAtTie : ProjectionEnding.JumpedOver;
        return new(search.High, ending, search.Evaluations) { Below = search.Low, Fill = fill > 1 ? double.NaN : Math.Max(fill, 0) };
    }

    /// <summary>The entries of a vector that tie between two multipliers which nothing separates, if there are several.</summary>
    private Tie? TieOf(in Section section, int k, double below, double at, int worker)
    {
        var v = section.Vector + k;
        if (table.Largest[v] == 0 || !Collapsed(table.Current[v])) return null;
        var row = WholeRow(section, k, worker);
        var (low, high) = (Threshold(v, below) * (1 - TieTolerance), Threshold(v, at));
        var (count, squares, least, leastAt) = (0, 0.0, double.PositiveInfinity, -1);
        for (var j = 0; j < row.Length; j++)
        {
            if (row.Excess(j, high) > 0) return null;
            if (row.Values[j] == T.Zero || row.Excess(j, low) <= 0) continue;
            var weight = row.Weight(j);
            (count, squares) = (count + 1, squares + weight * weight);
            if (weight < least) (least, leastAt) = (weight, j);
        }
        return count > 1 ? new(low, Math.Sqrt(squares), least, leastAt) : null;
    }

    /// <param name="Tau">A threshold that exactly the tied entries exceed.</param>
    /// <param name="Norm">The norm of their weights.</param>
    /// <param name="LeastWeight">The least of their weights.</param>
    /// <param name="LeastAt">The entry that has it.</param>
    private readonly record struct Tie(double Tau, double Norm, double LeastWeight, int LeastAt)
    {
        /// <summary>
        /// u on the arc from the tied weights, normalised, to the one-hot vector at the least of them, with
        /// wᵀu = (1 − fill)·Norm + fill·LeastWeight: the share of each tied entry is its weight times the first number, and the
        /// one at <see cref="LeastAt"/> gets the second in addition.
        /// </summary>
        public (double Product, double Share, double Extra) Unit(double fill)
        {
            var product = (1 - fill) * Norm + fill * LeastWeight;
            var (cosine, slope) = (Math.Min(1, product / Norm), LeastWeight / Norm);
            var extra = Math.Sqrt(Math.Max(0, 1 - cosine * cosine)) / Math.Sqrt(1 - slope * slope);
            return (product, Math.Max(0, cosine - extra * slope) / Norm, extra);
        }
    }
}
