using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>What weights and norms make of a multiplier: the thresholds' rates.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private (int Source, double Scale, double Norm, double Beta) SharedShape(in Section section)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var n = section.Length;
        if (source.Weights == null) return (section.Source, 1, Math.Sqrt(n), HoyerScale.Beta(n));
        var largest = LargestMagnitude.Of(source.Weights, n);
        if (!double.IsFinite(largest)) throw InvalidWeight(section, 0);
        var scale = PowerOfTwo.ToRange(largest);
        var sums = WeightSums.Of(source.Weights, n, scale);
        if (sums.Least < 0) throw InvalidWeight(section, 0);
        if (n > 0 && largest == 0) throw AllWeightsZero(section.Vector);
        return (section.Source, scale, Math.Sqrt(sums.Squares), HoyerScale.Beta(Math.Sqrt(sums.Squares), sums.Least));
    }

    /// <summary>What the first look could not know: sums of weights that need a scale, and norms where they are asked for.</summary>
    private void ShapeChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (HasScaledWeights(section)) SumWeights(section, chunk, worker);
        if (options.UnitNorm) SumSquares(section, chunk, worker);
    }

    private void SumWeights(in Section section, in Chunk chunk, int worker)
    {
        for (var k = 0; k < section.Count; k++)
        {
            var row = Row(section, k, chunk, worker);
            var sums = WeightSums.Of(row.Weights, row.Length, row.WeightScale);
            (slotWeightSquares[chunk.Slot + k], slotLeastWeight[chunk.Slot + k], slotLargestWeight[chunk.Slot + k]) = (sums.Squares, sums.Least, sums.Largest);
        }
    }

    private void SumSquares(in Section section, in Chunk chunk, int worker)
    {
        for (var k = 0; k < section.Count; k++)
            slotNorm[chunk.Slot + k] = ThresholdSums.Of<T, Plain>(Row(section, k, chunk, worker), 0).Q;
    }

    private void SetWeightScales(in Section section)
    {
        for (var k = 0; section.OwnWeights && k < section.Count; k++)
            table.WeightScale[section.Vector + k] = PowerOfTwo.ToRange(OverParts(section, k, slotLargestWeight));
    }

    private bool HasScaledWeights(in Section section)
    {
        var scaled = false;
        for (var v = section.Vector; section.OwnWeights && v < section.Vector + section.Count; v++) scaled |= table.WeightScale[v] != 1;
        return scaled;
    }

    private void SetShapes(in Section section)
    {
        // A float needs no scale, so that the rates of plain vectors were right from the beginning.
        if (!section.OwnWeights && !options.UnitNorm && typeof(T) == typeof(float)) return;
        for (var k = 0; k < section.Count; k++) SetShape(section, k);
    }

    private void SetShape(in Section section, int k)
    {
        var (v, weights, norm) = (section.Vector + k, WeightSums.None, 0.0);
        for (var part = 0; part < section.Parts; part++)
        {
            var slot = division.Chunks[section.FirstChunk + part].Slot + k;
            if (section.OwnWeights) weights += new WeightSums(slotWeightSquares[slot], slotLeastWeight[slot], slotLargestWeight[slot]);
            if (options.UnitNorm) norm += slotNorm[slot];
        }
        if (section.OwnWeights)
        {
            table.WeightNorm[v] = Math.Sqrt(weights.Squares);
            table.Beta[v] = HoyerScale.Beta(table.WeightNorm[v], weights.Least);
        }
        table.Rate[v] = RateOf(table.Beta[v], table.Scale[v], Math.Sqrt(norm));
    }

    /// <summary>β in the units of the scaled magnitudes: bounded, so that no threshold overflows.</summary>
    private double RateOf(double beta, double scale, double norm) => Math.Min(1e200, beta * (options.UnitNorm ? norm : scale / unit));
}
