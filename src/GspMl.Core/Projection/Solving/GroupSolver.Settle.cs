using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>What is to be written of each vector: x_i = α_i u_i with α_i = |c_i|ᵀu_i (Ohib et al., TMLR 2022, section 3).</summary>
internal sealed unsafe partial class GroupSolver<T>
{
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
        table.Factor[v] = options.Values == ProjectionValues.Original ? double.NaN : (1 + tau * sums.P / sums.Q) / table.Scale[v];
        return table.Beta[v] * (table.WeightNorm[v] - sums.P / Math.Sqrt(sums.Q));
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
        alpha /= table.Scale[v];
        (table.Tau[v], table.Factor[v], table.OneHot[v], table.TieShare[v]) = (tie.Tau, double.NaN, tie.LeastAt, alpha * share);
        var value = options.Values == ProjectionValues.Original ? row.Magnitude(tie.LeastAt) / table.Scale[v] : alpha * (share * tie.LeastWeight + extra);
        table.OneHotValue[v] = Math.CopySign(value, double.CreateTruncating(row.Values[tie.LeastAt]));
        return table.Beta[v] * (table.WeightNorm[v] - product);
    }

    /// <summary>Where some of the tied entries are dropped, the others keep their values of the multiplier before.</summary>
    private double WritingMultiplier => solution.DroppedTies >= 0 ? solution.Below : solution.Multiplier;
}
