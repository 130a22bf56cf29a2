using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>What is to be written of each vector: x_i = α_i u_i with α_i = |c_i|ᵀu_i (Ohib et al., TMLR 2022, section 3).</summary>
internal sealed unsafe class Settlement<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest value that is written, rounding allowed for.</summary>
    private static readonly double LargestValue = (typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue) * (1 - 1e-6);

    private readonly Group<T> group;
    private readonly VectorTable table;
    private readonly TiedEntries<T> ties;
    private readonly bool keepsValues;
    private readonly PinnedArray<double> sums = new();
    private readonly Action<int, int> settleSection;
    private Solution solution;

    public Settlement(Group<T> group, TiedEntries<T> ties)
    {
        (this.group, this.ties, table, settleSection) = (group, ties, group.Table, SettleSection);
        keepsValues = group.Options.Values == ProjectionValues.Original;
    }

    /// <summary>Settles every vector from its sums in <see cref="VectorTable.Current"/>.</summary>
    /// <returns>The sum of the sparsities of all vectors that have one.</returns>
    public double Run(in Solution solution)
    {
        this.solution = solution;
        sums.Reserve(group.Division.Sections.Length);
        group.OverSections(settleSection);
        var sum = 0.0;
        for (var section = 0; section < group.Division.Sections.Length; section++) sum += sums[section];
        return sum;
    }

    private void SettleSection(int index, int worker)
    {
        ref readonly var section = ref group.Division.Sections[index];
        var sum = 0.0;
        for (var k = 0; k < section.Count; k++)
        {
            var v = section.Vector + k;
            if (section.Defined && k <= section.Count - Lanes.Width && TrySettleEight(v, ref sum))
            {
                k += Lanes.Width - 1;
                continue;
            }
            // Over such a threshold nothing is left, as nothing is of a zero vector.
            (table.OneHot[v], table.TieShare[v], table.Tau[v], table.Factor[v]) =
                (-1, double.NaN, table.Largest[v] == 0 ? PlainColumns.Nothing : 0, double.NaN);
            // A difference of rounded numbers may lie a little outside.
            table.Sparsity[v] = !section.Defined ? double.NaN : table.Largest[v] == 0 ? 1 : Math.Clamp(Settle(section, k, worker), 0, 1);
            if (section.Defined) sum += table.Sparsity[v];
        }
        sums[index] = sum;
    }

    /// <summary>Eight vectors at a time, if all have more than one entry left and none ties or leaves the range of T.</summary>
    private bool TrySettleEight(int v, ref double sum)
    {
        if (!double.IsNaN(solution.Fill) || !table.TryMeasure(v, out var sparsities, out _)) return false;
        var scale = Vector512.Load(table.Scale.Pointer + v);
        var rate = Vector512.Load(table.Rate.Pointer + v);
        var tau = Vector512.Min(Vector512.Create(1e300), Vector512.Create(solution.WritingMultiplier) * rate);
        var ratio = Vector512.Load(table.Current.P + v) / Vector512.Load(table.Current.Q + v);
        var factor = (Vector512<double>.One + tau * ratio) / scale;
        var most = factor * (Vector512.Load(table.Largest.Pointer + v) * scale);
        if (!Vector512.LessThanOrEqualAll(most, Vector512.Create(LargestValue))) return false;
        (keepsValues ? Vector512.Create(double.NaN) : factor).Store(table.Factor.Pointer + v);
        tau.Store(table.Tau.Pointer + v);
        Vector512.Create(double.NaN).Store(table.TieShare.Pointer + v);
        Vector256.Create(-1).Store(table.OneHot.Pointer + v);
        sparsities = Vector512.Min(Vector512.Max(sparsities, Vector512<double>.Zero), Vector512<double>.One);
        sparsities.Store(table.Sparsity.Pointer + v);
        sum += Vector512.Sum(sparsities);
        return true;
    }

    /// <returns>The vector's sparsity.</returns>
    private double Settle(in Section section, int k, int worker)
    {
        var v = section.Vector + k;
        var found = table.Current[v];
        if (!double.IsNaN(solution.Fill) && ties.Of(section, k, solution.Below, solution.Multiplier, worker) is { } tie)
            return SettleTie(section, k, tie, worker);
        if (OneHot.IsReached(found)) return SettleOneHot(section, k, worker);
        var tau = table.Threshold(v, solution.WritingMultiplier);
        table.Tau[v] = tau;
        table.Factor[v] = keepsValues ? double.NaN : InRange(section, k, (1 + tau * found.P / found.Q) / table.Scale[v], worker);
        return table.Beta[v] * (table.WeightNorm[v] - found.P / Math.Sqrt(found.Q));
    }

    /// <summary>A vector whose projection would leave the range of T is shrunk to fit: its direction is what makes it sparse.</summary>
    private double InRange(in Section section, int k, double factor, int worker)
    {
        var v = section.Vector + k;
        if (factor * (table.Largest[v] * table.Scale[v]) <= LargestValue) return factor;
        var (row, most) = (group.Rows.Whole(section, k, worker), 0.0);
        for (var j = 0; j < row.Length; j++) most = Math.Max(most, row.Excess(j, table.Tau[v]));
        // The factor is a number too: where the excesses are small it is what ends the range.
        return Math.Min(factor, Math.Min(LargestValue / most, double.MaxValue));
    }

    private double SettleOneHot(in Section section, int k, int worker)
    {
        var v = section.Vector + k;
        var row = group.Rows.Whole(section, k, worker);
        var at = section.Weighted
            ? OneHot.Of(row, table.Threshold(v, solution.WritingMultiplier), group.KeepsOneEntry)
            : LargestMagnitude.FirstAt(row.Values, row.Length, table.Largest[v]);
        (table.Tau[v], table.Factor[v]) = (PlainColumns.Nothing, double.NaN);
        (table.OneHot[v], table.OneHotValue[v]) = (at, double.CreateTruncating(row.Values[at]));
        return table.Beta[v] * (table.WeightNorm[v] - row.Weight(at));
    }

    private double SettleTie(in Section section, int k, in Tie tie, int worker)
    {
        var v = section.Vector + k;
        var row = group.Rows.Whole(section, k, worker);
        var (product, share, extra) = tie.Unit(solution.Fill);
        var alpha = extra * row.Magnitude(tie.LeastAt);
        for (var j = 0; j < row.Length; j++)
        {
            if (row.Values[j] != T.Zero && row.Excess(j, tie.Tau) > 0) alpha += share * row.Weight(j) * row.Magnitude(j);
        }
        var (scale, largest) = (table.Scale[v], share * tie.LeastWeight + extra);
        // In the units of the scaled magnitudes, since α itself may be beyond the range where no entry is. No entry of u is over 1.
        alpha *= Math.Min(1, LargestValue * scale / (alpha * (section.Weighted ? 1 : largest)));
        (table.Tau[v], table.Factor[v], table.OneHot[v], table.TieShare[v]) = (tie.Tau, double.NaN, tie.LeastAt, alpha * share / scale);
        var value = keepsValues ? row.Magnitude(tie.LeastAt) / scale : alpha * largest / scale;
        table.OneHotValue[v] = Math.CopySign(value, double.CreateTruncating(row.Values[tie.LeastAt]));
        return table.Beta[v] * (table.WeightNorm[v] - product);
    }
}
