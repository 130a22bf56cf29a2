using System.Numerics;
using System.Runtime.CompilerServices;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>The few entries whose thresholds lie within a bracket of multipliers: the only ones that are looked at again.</summary>
internal sealed unsafe class BracketEntries<T>(Group<T> group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Division<T> division = group.Division;
    private readonly VectorTable table = group.Table;
    private readonly List<Candidates<T>> batches = [];
    private readonly PinnedArray<int> counts = new(), starts = new();

    /// <summary>The lower end of the bracket.</summary>
    public double Low { get; private set; }

    /// <summary>The upper end.</summary>
    public double High { get; private set; }

    /// <summary>Whether the entries are here.</summary>
    public bool IsFilled { get; set; }

    public void Prepare()
    {
        counts.Reserve(division.Slots);
        starts.Reserve(division.Slots);
        IsFilled = false;
    }

    /// <summary>Sets other ends, and makes room.</summary>
    public void Begin(double low, double high)
    {
        (Low, High, IsFilled) = (low, high, false);
        while (batches.Count < division.ChunkBatches.Length) batches.Add(new());
    }

    /// <summary>The ends come nearer; what lies between them has been noted.</summary>
    public void Narrow(double low, double high) => (Low, High) = (low, high);

    /// <summary>Takes over what was found in a batch of chunks; of many only what was found, as each had room for all.</summary>
    public void Store(int batch, Candidates<T> found, bool weighted)
    {
        if (division.ChunkBatches.Length == 1) batches[batch].ExchangeWith(found);
        else batches[batch].CopyFrom(found, weighted);
    }

    /// <summary>Where a vector's entries of a chunk begin among those of its batch, and how many they are.</summary>
    public void Note(int slot, int start, int count) => (starts[slot], counts[slot]) = (start, count);

    /// <summary>The same where they stay in their place.</summary>
    public void Note(int slot, int count) => counts[slot] = count;

    /// <summary>The entries of a batch of chunks.</summary>
    public Candidates<T> Of(int batch) => batches[batch];

    /// <summary>Where the entries of a slot begin among those of its batch.</summary>
    public int* Starts => starts.Pointer;

    /// <summary>How many entries each slot has.</summary>
    public int* Counts => counts.Pointer;

    /// <summary>How many entries a vector has in a chunk.</summary>
    public int CountOf(int slot) => counts[slot];

    /// <summary>The entries of a vector's part, and the zeros that pad them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<T> Within(in Section section, int k, int part, out int slot)
    {
        ref readonly var chunk = ref division.Chunks[section.FirstChunk + part];
        slot = chunk.Slot + k;
        return Within(section, k, chunk);
    }

    /// <summary>The entries of a vector in a chunk, and the zeros that pad them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<T> Within(in Section section, int k, in Chunk chunk)
    {
        var (kept, slot) = (batches[chunk.Batch], chunk.Slot + k);
        return new(kept.Values.Pointer + starts[slot], section.Weighted ? kept.Weights.Pointer + starts[slot] : null,
            Candidates<T>.Padded(counts[slot]), table.Scale[section.Vector + k], table.WeightScale[section.Vector + k]);
    }

    /// <summary>The parts of all vectors.</summary>
    public int Parts => division.Slots;

    /// <summary>How many entries are left.</summary>
    public long CountAll()
    {
        var left = 0L;
        foreach (var count in counts.Span(division.Slots)) left += count;
        return left;
    }
}
