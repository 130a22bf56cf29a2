using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>Reading what the vectors are: largest magnitudes, norms, weights, and whether all numbers are valid.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly Action<int, int> scanChunk, shapeChunk;
    private readonly PinnedArray<double> slotLargest = new(), slotLargestWeight = new(), slotWeightSquares = new(), slotLeastWeight = new(), slotNorm = new();
    private readonly SumTable slots = new();
    private bool scanned;

    /// <summary>Makes room and settles what needs no look at the data.</summary>
    private void Prepare()
    {
        table.Reserve(division.Vectors);
        slots.Reserve(division.Slots);
        slotLargest.Reserve(division.Slots);
        slotLargestWeight.Reserve(division.Slots);
        slotWeightSquares.Reserve(division.Slots);
        slotLeastWeight.Reserve(division.Slots);
        slotNorm.Reserve(division.Slots);
        sectionSums.Reserve(division.Sections.Length);
        sectionSlopes.Reserve(division.Sections.Length);
        slotCounts.Reserve(division.Slots);
        slotStarts.Reserve(division.Slots);
        foreach (var worker in workers) worker.Found.Reserve(0, false, false);
        (scanned, collected, unit, entriesRead) = (false, false, 1, 0);
        var shared = (Source: -1, Scale: 1.0, Norm: 0.0, Beta: 0.0);
        foreach (ref readonly var section in division.Sections)
        {
            if (section.OwnWeights) continue;
            if (shared.Source != section.Source) shared = SharedShape(section);
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                (table.Largest[v], table.Scale[v], table.WeightScale[v]) = (double.NaN, 1, shared.Scale);
                (table.WeightNorm[v], table.Beta[v], table.Rate[v]) = (shared.Norm, shared.Beta, shared.Beta);
            }
        }
        if (NeedsScanFirst()) ScanAll();
    }

    /// <summary>
    /// A vector in one piece is scanned when a pass first comes to it; one in several pieces has to be known before, unless nothing but its
    /// largest entry is unknown.
    /// </summary>
    private bool NeedsScanFirst()
    {
        if (IsSmall) return true;
        foreach (ref readonly var section in division.Sections)
        {
            if (section.Parts > 1 && (section.OwnWeights || options.UnitNorm || typeof(T) == typeof(double))) return true;
        }
        return false;
    }

    private void ScanAll()
    {
        if (scanned) return;
        PassOver(scanChunk);
        FinishScan();
        if (!options.UnitNorm) unit = PowerOfTwo.ToRange(LargestOfAll());
        var split = false;
        foreach (ref readonly var section in division.Sections) split |= section.Parts > 1 && (section.OwnWeights || options.UnitNorm);
        if (split) PassOver(shapeChunk);
        FinishShapes();
    }

    /// <summary>The scan of one chunk; vectors that lie in it whole are finished.</summary>
    private void ScanChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (section.Panel)
        {
            var panel = Panel(section, chunk);
            panel.Largest(slotLargest.Pointer + chunk.Slot);
            if (section.OwnWeights) panel.LargestWeight(slotLargestWeight.Pointer + chunk.Slot);
        }
        else
        {
            for (var k = 0; k < section.Count; k++)
            {
                var row = Row(section, k, chunk.Start, chunk.Length, worker);
                slotLargest[chunk.Slot + k] = LargestMagnitude.Of(row.Values, row.Length);
                if (section.OwnWeights) slotLargestWeight[chunk.Slot + k] = LargestMagnitude.Of(row.Weights, row.Length);
            }
        }
        if (section.Parts > 1) return;
        for (var k = 0; k < section.Count; k++) SetScales(section, k);
        if (!section.OwnWeights && !options.UnitNorm && typeof(T) == typeof(float)) return;
        ShapeChunk(index, worker);
        for (var k = 0; k < section.Count; k++) SetShape(section, k);
    }

    /// <summary>Sums of the weights, and norms where they are asked for; the scales must be known.</summary>
    private void ShapeChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (!section.OwnWeights && !options.UnitNorm) return;
        var v = section.Vector;
        if (section.Panel)
        {
            var panel = Panel(section, chunk);
            if (section.OwnWeights) panel.WeightSums(table.WeightScale.Pointer + v, slotWeightSquares.Pointer + chunk.Slot, slotLeastWeight.Pointer + chunk.Slot);
            if (!options.UnitNorm) return;
            table.Tau.Span(division.Vectors).Slice(v, section.Count).Clear();
            panel.Sums<Plain>(table.Tau.Pointer + v, table.Scale.Pointer + v, table.WeightScale.Pointer + v, slots.P + chunk.Slot, slotNorm.Pointer + chunk.Slot, slots.W + chunk.Slot);
            return;
        }
        for (var k = 0; k < section.Count; k++)
        {
            var row = Row(section, k, chunk.Start, chunk.Length, worker);
            if (section.OwnWeights)
            {
                var sums = WeightSums.Of(row.Weights, row.Length, row.WeightScale);
                (slotWeightSquares[chunk.Slot + k], slotLeastWeight[chunk.Slot + k]) = (sums.Squares, sums.Least);
            }
            if (options.UnitNorm) slotNorm[chunk.Slot + k] = ThresholdSums.Of<T, Plain>(row, 0).Q;
        }
    }

    private void SetScales(in Section section, int k)
    {
        var (v, largest, weight) = (section.Vector + k, 0L, 0L);
        for (var part = 0; part < section.Parts; part++)
        {
            var slot = division.Chunks[section.FirstChunk + part].Slot + k;
            largest = Math.Max(largest, BitConverter.DoubleToInt64Bits(slotLargest[slot]));
            if (section.OwnWeights) weight = Math.Max(weight, BitConverter.DoubleToInt64Bits(slotLargestWeight[slot]));
        }
        table.Largest[v] = BitConverter.Int64BitsToDouble(largest);
        table.Scale[v] = PowerOfTwo.ToRange(table.Largest[v]);
        if (section.OwnWeights) table.WeightScale[v] = PowerOfTwo.ToRange(BitConverter.Int64BitsToDouble(weight));
    }

    private void SetShape(in Section section, int k)
    {
        var (v, weights, norm) = (section.Vector + k, WeightSums.None, 0.0);
        for (var part = 0; part < section.Parts; part++)
        {
            var slot = division.Chunks[section.FirstChunk + part].Slot + k;
            if (section.OwnWeights) weights += new WeightSums(slotWeightSquares[slot], slotLeastWeight[slot]);
            if (options.UnitNorm) norm += slotNorm[slot];
        }
        if (section.OwnWeights)
        {
            table.WeightNorm[v] = Math.Sqrt(weights.Squares);
            table.Beta[v] = 1 / (table.WeightNorm[v] - weights.Least);
        }
        table.Rate[v] = RateOf(table.Beta[v], table.Scale[v], Math.Sqrt(norm));
    }

    /// <summary>β in the units of the scaled magnitudes: bounded, so that no threshold overflows.</summary>
    private double RateOf(double beta, double scale, double norm) => Math.Min(1e200, beta * (options.UnitNorm ? norm : scale / unit));

    /// <summary>Brings together the parts of long vectors, once everything has been scanned, and refuses what is not valid.</summary>
    private void FinishScan()
    {
        scanned = true;
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++)
            {
                if (section.Parts > 1) SetScales(section, k);
                if (!double.IsFinite(table.Largest[section.Vector + k])) throw InvalidEntry(section, k);
                if (section.OwnWeights) CheckOwnWeights(section, k);
            }
        }
    }

    private double LargestOfAll()
    {
        var largest = 0.0;
        foreach (var of in table.Largest.Span(division.Vectors)) largest = Math.Max(largest, of);
        return largest;
    }

    private void FinishShapes()
    {
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++)
            {
                if (section.OwnWeights && LeastOwnWeight(section, k) < 0) throw InvalidWeight(section, k);
                SetShape(section, k);
            }
        }
    }

    private double LeastOwnWeight(in Section section, int k)
    {
        var least = double.PositiveInfinity;
        for (var part = 0; part < section.Parts; part++) least = Math.Min(least, slotLeastWeight[division.Chunks[section.FirstChunk + part].Slot + k]);
        return least;
    }

    private void CheckOwnWeights(in Section section, int k)
    {
        var bits = 0L;
        for (var part = 0; part < section.Parts; part++)
            bits = Math.Max(bits, BitConverter.DoubleToInt64Bits(slotLargestWeight[division.Chunks[section.FirstChunk + part].Slot + k]));
        var largest = BitConverter.Int64BitsToDouble(bits);
        if (!double.IsFinite(largest)) throw InvalidWeight(section, k);
        if (largest == 0) throw AllWeightsZero(section.Vector + k);
    }

    private (int Source, double Scale, double Norm, double Beta) SharedShape(in Section section)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var n = section.Length;
        if (source.Weights == null) return (section.Source, 1, Math.Sqrt(n), 1 / (Math.Sqrt(n) - 1));
        var largest = LargestMagnitude.Of(source.Weights, n);
        if (!double.IsFinite(largest)) throw InvalidWeight(section, 0);
        var scale = PowerOfTwo.ToRange(largest);
        var sums = WeightSums.Of(source.Weights, n, scale);
        if (sums.Least < 0) throw InvalidWeight(section, 0);
        if (n > 0 && largest == 0) throw AllWeightsZero(section.Vector);
        return (section.Source, scale, Math.Sqrt(sums.Squares), 1 / (Math.Sqrt(sums.Squares) - sums.Least));
    }

    private ArgumentException InvalidEntry(in Section section, int k)
    {
        var row = Row(section, k, 0, section.Length, worker: 0);
        for (var j = 0; j < row.Length; j++)
        {
            if (!T.IsFinite(row.Values[j])) return new($"Entry {j} of vector {section.Vector + k} is {row.Values[j]}; entries must be finite.");
        }
        return new($"An entry of vector {section.Vector + k} is not finite.");
    }

    private ArgumentException InvalidWeight(in Section section, int k)
    {
        var row = Row(section, k, 0, section.Length, worker: 0);
        for (var j = 0; j < row.Length; j++)
        {
            if (!(row.Weights[j] >= T.Zero) || T.IsInfinity(row.Weights[j]))
                return new($"Weight {j} of vector {section.Vector + k} is {row.Weights[j]}; weights must be finite and at least 0.");
        }
        return new($"A weight of vector {section.Vector + k} is not valid.");
    }

    private static ArgumentException AllWeightsZero(int vector) => new($"All weights of vector {vector} are 0; at least one must be positive.");
}
