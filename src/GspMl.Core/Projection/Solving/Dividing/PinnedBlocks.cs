using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Projection.Solving;

/// <summary>The buffers of a group, held in their places while they are projected.</summary>
internal sealed unsafe class PinnedBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<MemoryHandle> pins = [];
    private (T[]? Array, nint Start) lastValues, lastWeights;

    public VectorSource<T> Pin(VectorBlock<T> block)
    {
        var values = Pin(block.Values, ref lastValues);
        return new(values, values, null, block.Layout, Pin(block.Weights, ref lastWeights), block.Weights.Length);
    }

    public void Release()
    {
        foreach (var pin in pins) pin.Dispose();
        pins.Clear();
        (lastValues, lastWeights) = (default, default);
    }

    /// <summary>Many blocks of one array, as the vectors of a ragged group often are, need to be pinned only once.</summary>
    private T* Pin(ReadOnlyMemory<T> memory, ref (T[]? Array, nint Start) last)
    {
        if (!MemoryMarshal.TryGetArray(memory, out var segment) || segment.Array is null) return (T*)Pin(memory);
        if (segment.Array != last.Array) last = (segment.Array, Pin(segment.Array));
        return (T*)last.Start + segment.Offset;
    }

    private nint Pin(ReadOnlyMemory<T> memory)
    {
        pins.Add(memory.Pin());
        return (nint)pins[^1].Pointer;
    }
}
