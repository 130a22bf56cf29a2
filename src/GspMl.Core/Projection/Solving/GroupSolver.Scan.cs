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
        (scanned, collected, unit, entriesRead) = (false, false, 1, 0);
        var shared = (Source: -1, Scale: 1.0, Norm: 0.0, Beta: 0.0);
        foreach (ref readonly var section in division.Sections)
        {
            if (!section.OwnWeights && shared.Source != section.Source) shared = SharedShape(section);
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                (table.Largest[v], table.Scale[v], table.WeightScale[v]) = (double.NaN, 1, section.OwnWeights ? 1 : shared.Scale);
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
        var again = false;
        foreach (ref readonly var section in division.Sections) again |= section.Parts > 1 && (options.UnitNorm || HasScaledWeights(section));
        if (again) PassOver(shapeChunk);
        FinishShapes();
    }

    /// <summary>The scan of one chunk; vectors that lie in it whole are finished.</summary>
    private void ScanChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        FindLargest(section, chunk, worker);
        if (section.OwnWeights) SumWeights(section, chunk, worker);
        if (section.Parts > 1) return;
        SetScales(section);
        SetWeightScales(section);
        ShapeChunk(index, worker);
        SetShapes(section);
    }

    /// <summary>What a collecting pass must know of a chunk: the thresholds' rates. The largest entries it finds itself.</summary>
    private void ScanBeforeCollecting(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (options.UnitNorm) ScanChunk(index, worker);
        else if (section.OwnWeights)
        {
            SumWeights(section, chunk, worker);
            SetWeightScales(section);
            ShapeChunk(index, worker);
            SetShapes(section);
        }
    }

    /// <summary>What the first look could not know: sums of weights that need a scale, and norms where they are asked for.</summary>
    private void ShapeChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (HasScaledWeights(section)) SumWeights(section, chunk, worker);
        if (options.UnitNorm) SumSquares(section, chunk, worker);
    }

    private void FindLargest(in Section section, in Chunk chunk, int worker)
    {
        if (section.Panel)
        {
            Panel(section, chunk).Largest(slotLargest.Pointer + chunk.Slot);
            return;
        }
        for (var k = 0; k < section.Count; k++)
        {
            var row = Row(section, k, chunk.Start, chunk.Length, worker);
            slotLargest[chunk.Slot + k] = LargestMagnitude.Of(row.Values, row.Length);
        }
    }

    private void SumWeights(in Section section, in Chunk chunk, int worker)
    {
        if (section.Panel)
        {
            Panel(section, chunk).WeightSums(
                table.WeightScale.Pointer + section.Vector, slotWeightSquares.Pointer + chunk.Slot, slotLeastWeight.Pointer + chunk.Slot, slotLargestWeight.Pointer + chunk.Slot);
            return;
        }
        for (var k = 0; k < section.Count; k++)
        {
            var row = Row(section, k, chunk.Start, chunk.Length, worker);
            var sums = WeightSums.Of(row.Weights, row.Length, row.WeightScale);
            (slotWeightSquares[chunk.Slot + k], slotLeastWeight[chunk.Slot + k], slotLargestWeight[chunk.Slot + k]) = (sums.Squares, sums.Least, sums.Largest);
        }
    }

    private void SumSquares(in Section section, in Chunk chunk, int worker)
    {
        var v = section.Vector;
        if (section.Panel)
        {
            table.Tau.Span(division.Vectors).Slice(v, section.Count).Clear();
            Panel(section, chunk).Sums<Plain>(
                table.Tau.Pointer + v, table.Scale.Pointer + v, table.WeightScale.Pointer + v, slots.P + chunk.Slot, slotNorm.Pointer + chunk.Slot, slots.W + chunk.Slot);
            return;
        }
        for (var k = 0; k < section.Count; k++)
            slotNorm[chunk.Slot + k] = ThresholdSums.Of<T, Plain>(Row(section, k, chunk.Start, chunk.Length, worker), 0).Q;
    }

    /// <summary>Settles the largest magnitudes and their scales from what the parts were found to hold.</summary>
    /// <returns>Whether any scale is not 1.</returns>
    private bool SetScales(in Section section)
    {
        var scaled = false;
        for (var k = 0; k < section.Count; k++)
        {
            var v = section.Vector + k;
            table.Largest[v] = OverParts(section, k, slotLargest);
            table.Scale[v] = PowerOfTwo.ToRange(table.Largest[v]);
            scaled |= table.Scale[v] != 1;
        }
        return scaled;
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

    private double OverParts(in Section section, int k, PinnedArray<double> largest)
    {
        var of = 0.0;
        for (var part = 0; part < section.Parts; part++) of = LargestMagnitude.OfTwo(of, largest[division.Chunks[section.FirstChunk + part].Slot + k]);
        return of;
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
            if (section.Parts > 1)
            {
                SetScales(section);
                SetWeightScales(section);
            }
            for (var k = 0; k < section.Count; k++)
            {
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
        var largest = OverParts(section, k, slotLargestWeight);
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
