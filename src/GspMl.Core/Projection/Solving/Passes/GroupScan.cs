using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>Reading what the vectors are: largest magnitudes, norms, weights, and whether all numbers are valid.</summary>
internal sealed unsafe class GroupScan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly Division<T> division;
    private readonly VectorTable table;
    private readonly VectorShapes<T> shapes;
    private readonly PinnedArray<double> largest = new();
    private readonly Action<int, int> scanChunk, shapeChunk;

    public GroupScan(Group<T> group, VectorShapes<T> shapes)
    {
        (this.group, this.shapes, division, table) = (group, shapes, group.Division, group.Table);
        (scanChunk, shapeChunk) = (ScanChunk, shapes.ShapeChunk);
    }

    /// <summary>Whether everything is known of every vector.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Makes room, settles what needs no look at the data, and looks at it where that cannot wait for the first pass.</summary>
    public void Prepare()
    {
        table.Reserve(division.Vectors);
        largest.Reserve(division.Slots);
        IsComplete = false;
        shapes.Prepare();
        if (CannotWait()) Run();
    }

    /// <summary>
    /// A vector in one piece is scanned when a pass first comes to it; one in several pieces has to be known before, unless nothing but its
    /// largest entry is unknown.
    /// </summary>
    private bool CannotWait()
    {
        if (group.IsSmall) return true;
        foreach (ref readonly var section in division.Sections)
        {
            if (section.Parts > 1 && (section.OwnWeights || group.Options.UnitNorm || typeof(T) == typeof(double))) return true;
        }
        return false;
    }

    /// <summary>A pass that scans, unless everything is known.</summary>
    public void Run()
    {
        if (IsComplete) return;
        group.PassOver(scanChunk);
        FinishLargest();
        var again = false;
        foreach (ref readonly var section in division.Sections)
            again |= section.Parts > 1 && (group.Options.UnitNorm || shapes.HasScaledWeights(section));
        if (again) group.PassOver(shapeChunk);
        shapes.Finish(group.Options.UnitNorm ? shapes.Unit : PowerOfTwo.ToRange(LargestOfAll()));
    }

    /// <summary>Brings together what the chunks of another pass were found to hold, unless everything is known.</summary>
    public void Finish()
    {
        if (IsComplete) return;
        FinishLargest();
        shapes.Finish(shapes.Unit);
    }

    /// <summary>The scan of one chunk; vectors that lie in it whole are finished.</summary>
    public void ScanChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        FindLargest(section, chunk, worker);
        if (section.OwnWeights) shapes.SumWeights(section, chunk, worker);
        if (section.Parts > 1) return;
        SetScales(section);
        shapes.SetWeightScales(section);
        shapes.ShapeChunk(index, worker);
        shapes.SetShapes(section);
    }

    /// <summary>What a collecting pass must know of a chunk: the thresholds' rates. The largest entries it finds itself.</summary>
    public void ScanBeforeCollecting(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (group.Options.UnitNorm) ScanChunk(index, worker);
        else if (section.OwnWeights)
        {
            shapes.SumWeights(section, chunk, worker);
            shapes.SetWeightScales(section);
            shapes.ShapeChunk(index, worker);
            shapes.SetShapes(section);
        }
    }

    /// <summary>Takes over the largest magnitude that a pass found in a vector's part.</summary>
    public void Note(int slot, double magnitude) => largest[slot] = magnitude;

    /// <summary>Settles the vectors of one chunk from the largest magnitudes noted.</summary>
    /// <returns>Whether any needs a scale, so that what was done with it has to be done again.</returns>
    public bool FindsScales(in Section section)
    {
        if (!SetScales(section)) return false;
        shapes.SetShapes(section);
        return true;
    }

    private void FindLargest(in Section section, in Chunk chunk, int worker)
    {
        var rows = group.Rows;
        for (var k = 0; k < section.Count; k++)
        {
            var row = rows.Part(section, k, chunk, worker);
            largest[chunk.Slot + k] = LargestMagnitude.Of(row.Values, row.Length);
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
            table.Largest[v] = division.LargestOverParts(section, k, largest);
            table.Scale[v] = PowerOfTwo.ToRange(table.Largest[v]);
            scaled |= table.Scale[v] != 1;
        }
        return scaled;
    }

    /// <summary>Brings together the parts of long vectors, once everything has been scanned, and refuses what is not valid.</summary>
    private void FinishLargest()
    {
        IsComplete = true;
        foreach (ref readonly var section in division.Sections)
        {
            if (section.Parts > 1)
            {
                SetScales(section);
                shapes.SetWeightScales(section);
            }
            for (var k = 0; k < section.Count; k++)
            {
                var v = section.Vector + k;
                if (!double.IsFinite(table.Largest[v])) throw InvalidNumbers.Entry(group.Rows.Whole(section, k, worker: 0), v);
                if (section.OwnWeights) shapes.CheckOwnWeights(section, k);
            }
        }
    }

    private double LargestOfAll()
    {
        var most = 0.0;
        foreach (var of in table.Largest.Span(division.Vectors)) most = Math.Max(most, of);
        return most;
    }
}
