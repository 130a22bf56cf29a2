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

    private void FindLargest(in Section section, in Chunk chunk, int worker)
    {
        for (var k = 0; k < section.Count; k++)
        {
            var row = Row(section, k, chunk, worker);
            slotLargest[chunk.Slot + k] = LargestMagnitude.Of(row.Values, row.Length);
        }
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

    private double OverParts(in Section section, int k, PinnedArray<double> largest)
    {
        var of = 0.0;
        for (var part = 0; part < section.Parts; part++) of = LargestMagnitude.OfTwo(of, largest[division.Chunks[section.FirstChunk + part].Slot + k]);
        return of;
    }

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
}
