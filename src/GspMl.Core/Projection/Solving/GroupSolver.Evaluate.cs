using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>The value of the constraint at a multiplier: from all entries, or from what a collecting pass left to look at.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly Action<int, int> sumChunk, evaluateSection;
    private readonly PinnedArray<double> sectionSums = new(), sectionSlopes = new();
    private double evaluated;
    private bool counting, oneHotStays;

    /// <summary>
    /// Σ over the counted vectors of the Hoyer sparsity at the multiplier, and of its derivative; or the number of zeros. Leaves each vector's
    /// sums in <see cref="VectorTable.Current"/>.
    /// </summary>
    private (double Sum, double Slope) Evaluate(double multiplier)
    {
        evaluated = multiplier;
        if (!collected)
        {
            PrepareThresholds(multiplier, table.Tau);
            PassOver(sumChunk);
            if (!scanned)
            {
                FinishScan();
                FinishShapes();
            }
        }
        OverSections(evaluateSection);
        var (sum, slope) = (0.0, 0.0);
        for (var section = 0; section < division.Sections.Length; section++) (sum, slope) = (sum + sectionSums[section], slope + sectionSlopes[section]);
        return (sum, slope);
    }

    /// <summary>Thresholds of vectors in several parts, before the parts are worked on at the same time.</summary>
    private void PrepareThresholds(double multiplier, PinnedArray<double> tau)
    {
        foreach (ref readonly var section in division.Sections)
        {
            if (section.Parts > 1) SetThresholds(section, multiplier, tau);
        }
    }

    private void SumChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (!scanned) ScanChunk(index, worker);
        if (section.Parts == 1) SetThresholds(section, evaluated, table.Tau);
        if (!section.Weighted) SumChunk<Plain>(section, chunk, worker);
        else if (counting) SumChunk<WeightedCount>(section, chunk, worker);
        else SumChunk<Weighted>(section, chunk, worker);
    }

    private void SumChunk<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        for (var k = 0; k < section.Count; k++)
            slots[chunk.Slot + k] = ThresholdSums.Of<T, TWeighting>(Row(section, k, chunk, worker), table.Tau[section.Vector + k]);
    }

    private void EvaluateSection(int index, int worker)
    {
        ref readonly var section = ref division.Sections[index];
        var (sum, slope) = (0.0, 0.0);
        for (var k = 0; k < section.Count; k++)
        {
            var v = section.Vector + k;
            var sums = collected ? CollectedSums(section, k) : SlotSums(section, k);
            table.Current[v] = sums;
            if (counting) sum += ZerosOf(section, v, sums);
            else if (section.Defined)
            {
                sum += SparsityAt(section, k, sums, worker, out var derivative);
                slope += derivative;
            }
        }
        (sectionSums[index], sectionSlopes[index]) = (sum, slope);
    }

    private ThresholdSums SlotSums(in Section section, int k)
    {
        var sums = default(ThresholdSums);
        for (var part = 0; part < section.Parts; part++) sums += slots[division.Chunks[section.FirstChunk + part].Slot + k];
        return sums;
    }

    /// <summary>While zeros are counted a weighted vector's third sum is a count, from which the others cannot be brought to another threshold.</summary>
    private void StopCounting() => (counting, collected) = (false, collected && !HasWeights);

    /// <summary>A vector none of whose entries exceeds its threshold (or by next to nothing) is at its one-hot end.</summary>
    private static bool Collapsed(ThresholdSums sums) => !(sums.Q > 1e-290);

    /// <summary>
    /// β(‖w‖ − wᵀu) for the unit vector u that the sums belong to, and its derivative by the multiplier, β·rate·(W − P²/Q)/√Q, which is at least 0
    /// by Cauchy and Schwarz.
    /// </summary>
    private double SparsityAt(in Section section, int k, ThresholdSums sums, int worker, out double derivative)
    {
        var v = section.Vector + k;
        derivative = 0;
        if (Collapsed(sums)) return table.Largest[v] == 0 ? 1 : table.Beta[v] * (table.WeightNorm[v] - OneHotProduct(section, k, evaluated, worker));
        var inverse = 1 / Math.Sqrt(sums.Q);
        var product = sums.P * inverse;
        derivative = table.Beta[v] * table.Rate[v] * inverse * Math.Max(0, sums.W - product * product);
        return table.Beta[v] * (table.WeightNorm[v] - product);
    }

    /// <summary>The weight of the one entry that is left of a vector.</summary>
    private double OneHotProduct(in Section section, int k, double multiplier, int worker)
    {
        if (!section.Weighted) return 1;
        var row = WholeRow(section, k, worker);
        return row.Weight(OneHotOf(row, Threshold(section.Vector + k, multiplier)));
    }

    private double ZerosOf(in Section section, int v, ThresholdSums sums)
    {
        if (table.Largest[v] == 0) return section.Length;
        return section.Defined ? section.Length - Math.Max(1, sums.W) : 0;
    }

    /// <summary>
    /// The entry that is left when none exceeds its threshold: the largest excess; of equal ones that of least weight, and the first. With
    /// weights that may be an entry which is zero, so that the vector vanishes; but where zeros are wanted each vector is to keep one entry.
    /// </summary>
    private int OneHotOf(in Entries<T> row, double tau)
    {
        var (best, bestExcess) = (0, double.NegativeInfinity);
        for (var j = 0; j < row.Length; j++)
        {
            if (oneHotStays && row.Values[j] == T.Zero) continue;
            var excess = row.Excess(j, tau);
            if (excess > bestExcess || (excess == bestExcess && row.Weight(j) < row.Weight(best))) (best, bestExcess) = (j, excess);
        }
        return best;
    }
}
