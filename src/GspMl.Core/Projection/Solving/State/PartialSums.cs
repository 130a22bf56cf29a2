using System.Numerics;
using System.Runtime.CompilerServices;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>Sums of each vector's part in a chunk, at the thresholds of the pass that was made last.</summary>
internal sealed class PartialSums<T>(Division<T> division)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SumTable slots = new();

    public ThresholdSums this[int slot]
    {
        set => slots[slot] = value;
    }

    public void Prepare() => slots.Reserve(division.Slots);

    /// <summary>The sums of a section's vectors over their parts.</summary>
    public void Sum(in Section section, SumTable to)
    {
        for (var k = 0; k < section.Count; k++) to[section.Vector + k] = Of(section, k);
    }

    /// <summary>A vector's sums over its parts, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ThresholdSums Of(in Section section, int k)
    {
        var sums = default(ThresholdSums);
        for (var part = 0; part < section.Parts; part++) sums += slots[division.Chunks[section.FirstChunk + part].Slot + k];
        return sums;
    }
}
