using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>What is to be written of each vector: x_i = α_i u_i with α_i = |c_i|ᵀu_i (Ohib et al., TMLR 2022, section 3).</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    /// <summary>The largest value that is written, rounding allowed for.</summary>
    private static readonly double LargestValue = (typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue) * (1 - 1e-6);

    private readonly Action<int, int> settleSection;
    private Solution solution;

    private void SettleSection(int index, int worker)
    {
        ref readonly var section = ref division.Sections[index];
        var sum = 0.0;
        for (var k = 0; k < section.Count; k++)
        {
            var v = section.Vector + k;
            (table.OneHot[v], table.TieShare[v], table.Tau[v], table.Factor[v]) = (-1, double.NaN, 0, double.NaN);
            table.Sparsity[v] = !section.Defined ? double.NaN : table.Largest[v] == 0 ? 1 : Settle(section, k, worker);
            if (section.Defined) sum += table.Sparsity[v];
        }
        sectionSums[index] = sum;
    }

    /// <returns>The vector's sparsity.</returns>
    private double Settle(in Section section, int k, int worker)
    {
        var v = section.Vector + k;
        var sums = table.Current[v];
        if (!double.IsNaN(solution.Fill) && TieOf(section, k, solution.Below, solution.Multiplier, worker) is { } tie) return SettleTie(section, k, tie, worker);
        if (Collapsed(sums)) return SettleOneHot(section, k, worker);
        var tau = Threshold(v, WritingMultiplier);
        table.Tau[v] = tau;
        table.Factor[v] = options.Values == ProjectionValues.Original ? double.NaN : InRange(section, k, (1 + tau * sums.P / sums.Q) / table.Scale[v], worker);
        return table.Beta[v] * (table.WeightNorm[v] - sums.P / Math.Sqrt(sums.Q));
    }

    /// <summary>A vector whose projection would leave the range of T is shrunk to fit: its direction is what makes it sparse.</summary>
    private double InRange(in Section section, int k, double factor, int worker)
    {
        var v = section.Vector + k;
        if (factor * (table.Largest[v] * table.Scale[v]) <= LargestValue) return factor;
        var (row, most) = (WholeRow(section, k, worker), 0.0);
        for (var j = 0; j < row.Length; j++) most = Math.Max(most, row.Excess(j, table.Tau[v]));
        // The factor is a number too: where the excesses are small it is what ends the range.
        return Math.Min(factor, Math.Min(LargestValue / most, double.MaxValue));
    }

    private double SettleOneHot(in Section section, int k, int worker)
    {
        var v = section.Vector + k;
        var row = WholeRow(section, k, worker);
        var at = section.Weighted ? OneHotOf(row, Threshold(v, WritingMultiplier)) : LargestMagnitude.FirstAt(row.Values, row.Length, table.Largest[v]);
        (table.Tau[v], table.Factor[v]) = (1e300, double.NaN);
        (table.OneHot[v], table.OneHotValue[v]) = (at, double.CreateTruncating(row.Values[at]));
        return table.Beta[v] * (table.WeightNorm[v] - row.Weight(at));
    }

    private double SettleTie(in Section section, int k, in Tie tie, int worker)
    {
        var v = section.Vector + k;
        var row = WholeRow(section, k, worker);
        var (product, share, extra) = tie.Unit(solution.Fill);
        var alpha = extra * row.Magnitude(tie.LeastAt);
        for (var j = 0; j < row.Length; j++)
        {
            if (row.Values[j] != T.Zero && row.Excess(j, tie.Tau) > 0) alpha += share * row.Weight(j) * row.Magnitude(j);
        }
        alpha = Math.Min(alpha / table.Scale[v], LargestValue / (section.Weighted ? 1 : (share * tie.LeastWeight) + extra));
        (table.Tau[v], table.Factor[v], table.OneHot[v], table.TieShare[v]) = (tie.Tau, double.NaN, tie.LeastAt, alpha * share);
        var value = options.Values == ProjectionValues.Original ? row.Magnitude(tie.LeastAt) / table.Scale[v] : alpha * (share * tie.LeastWeight + extra);
        table.OneHotValue[v] = Math.CopySign(value, double.CreateTruncating(row.Values[tie.LeastAt]));
        return table.Beta[v] * (table.WeightNorm[v] - product);
    }

    /// <summary>Where some of the tied entries are dropped, the others keep their values of the multiplier before.</summary>
    private double WritingMultiplier => solution.DroppedTies >= 0 ? solution.Below : solution.Multiplier;
}
