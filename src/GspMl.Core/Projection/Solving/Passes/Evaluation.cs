using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>The value of the constraint at a multiplier: from all entries, or from what a collecting pass left to look at.</summary>
internal sealed class Evaluation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly VectorTable table;
    private readonly GroupScan<T> scan;
    private readonly PartialSums<T> partial;
    private readonly BracketEntries<T> bracket;
    private readonly BracketSums<T> bracketSums;
    private readonly Action<int, int> sumChunk, evaluateSection;
    private readonly PinnedArray<double> sums = new(), slopes = new();
    private double evaluated;

    public Evaluation(Group<T> group, GroupScan<T> scan, PartialSums<T> partial, BracketEntries<T> bracket, BracketSums<T> bracketSums)
    {
        (this.group, this.scan, this.partial, this.bracket, this.bracketSums) = (group, scan, partial, bracket, bracketSums);
        (table, sumChunk, evaluateSection) = (group.Table, SumChunk, EvaluateSection);
    }

    public void Prepare()
    {
        sums.Reserve(group.Division.Sections.Length);
        slopes.Reserve(group.Division.Sections.Length);
    }

    /// <summary>
    /// Σ over the counted vectors of the Hoyer sparsity at the multiplier, and of its derivative; or the number of zeros. Leaves each
    /// vector's sums in <see cref="VectorTable.Current"/>.
    /// </summary>
    public (double Sum, double Slope) At(double multiplier)
    {
        evaluated = multiplier;
        if (!bracket.IsFilled)
        {
            table.SetThresholdsOfParts(group.Division.Sections, multiplier, table.Tau);
            group.PassOver(sumChunk);
            scan.Finish();
        }
        group.OverSections(evaluateSection);
        var (sum, slope) = (0.0, 0.0);
        for (var section = 0; section < group.Division.Sections.Length; section++)
            (sum, slope) = (sum + sums[section], slope + slopes[section]);
        return (sum, slope);
    }

    /// <summary>
    /// While zeros are counted a weighted vector's third sum is a count, from which the others cannot be brought to another threshold.
    /// </summary>
    public void StopCounting() => (group.CountsZeros, bracket.IsFilled) = (false, bracket.IsFilled && !group.HasWeights);

    private void SumChunk(int index, int worker)
    {
        ref readonly var chunk = ref group.Division.Chunks[index];
        ref readonly var section = ref group.Division.Sections[chunk.Section];
        if (!scan.IsComplete) scan.ScanChunk(index, worker);
        if (section.Parts == 1) table.SetThresholds(section, evaluated, table.Tau);
        if (!section.Weighted) SumChunk<Plain>(section, chunk, worker);
        else if (group.CountsZeros) SumChunk<WeightedCount>(section, chunk, worker);
        else SumChunk<Weighted>(section, chunk, worker);
    }

    private void SumChunk<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        var (rows, tau) = (group.Rows, table.Tau);
        for (var k = 0; k < section.Count; k++)
            partial[chunk.Slot + k] = ThresholdSums.Of<T, TWeighting>(rows.Part(section, k, chunk, worker), tau[section.Vector + k]);
    }

    private void EvaluateSection(int index, int worker)
    {
        ref readonly var section = ref group.Division.Sections[index];
        if (bracket.IsFilled) bracketSums.Sum(section, evaluated, table.Current);
        else partial.Sum(section, table.Current);
        (sums[index], slopes[index]) = group.CountsZeros ? (ZerosOf(section), 0)
            : section.Defined ? SparsityOf(section, worker) : (0, 0);
    }

    private double ZerosOf(in Section section)
    {
        var sum = 0.0;
        for (var v = section.Vector; v < section.Vector + section.Count; v++) sum += ZerosOf(section, v, table.Current[v]);
        return sum;
    }

    /// <summary>The sums over a section: eight vectors at a time, but for those that come down to one entry.</summary>
    private (double Sum, double Slope) SparsityOf(in Section section, int worker)
    {
        var (values, slopes, k) = (Vector512<double>.Zero, Vector512<double>.Zero, 0);
        var (sum, slope) = (0.0, 0.0);
        for (; k < section.Count; k += Lanes.Width)
        {
            var end = Math.Min(section.Count, k + Lanes.Width);
            if (end - k == Lanes.Width && table.TryMeasure(section.Vector + k, out var value, out var derivatives))
                (values, slopes) = (values + value, slopes + derivatives);
            else
            {
                for (var one = k; one < end; one++)
                {
                    sum += SparsityOf(section, one, table.Current[section.Vector + one], worker, out var derivative);
                    slope += derivative;
                }
            }
        }
        return (sum + Vector512.Sum(values), slope + Vector512.Sum(slopes));
    }

    /// <summary>
    /// β(‖w‖ − wᵀu) for the unit vector u that the sums belong to, and its derivative by the multiplier, β·rate·(W − P²/Q)/√Q, which is at
    /// least 0 by Cauchy and Schwarz.
    /// </summary>
    public double SparsityOf(in Section section, int k, ThresholdSums found, int worker, out double derivative)
    {
        var v = section.Vector + k;
        derivative = 0;
        if (OneHot.IsReached(found))
            return table.Largest[v] == 0 ? 1 : table.Beta[v] * (table.WeightNorm[v] - OneHotProduct(section, k, worker));
        var inverse = 1 / Math.Sqrt(found.Q);
        var product = found.P * inverse;
        derivative = table.Beta[v] * table.Rate[v] * inverse * Math.Max(0, found.W - product * product);
        return table.Beta[v] * (table.WeightNorm[v] - product);
    }

    /// <summary>The weight of the one entry that is left of a vector.</summary>
    private double OneHotProduct(in Section section, int k, int worker)
    {
        if (!section.Weighted) return 1;
        var row = group.Rows.Whole(section, k, worker);
        return row.Weight(OneHot.Of(row, table.Threshold(section.Vector + k, evaluated), group.KeepsOneEntry));
    }

    /// <summary>The zeros of a vector whose support was counted.</summary>
    public double ZerosOf(in Section section, int v, ThresholdSums found)
    {
        if (table.Largest[v] == 0) return section.Length;
        return section.Defined ? section.Length - Math.Max(1, found.W) : 0;
    }
}
