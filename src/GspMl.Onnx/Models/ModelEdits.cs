using System.Buffers;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Models;

/// <summary>New element bytes for some tensors of a model, by identity of the tensor.</summary>
internal sealed class ModelEdits : IDisposable
{
    private readonly Dictionary<TensorLocation, ReadOnlyMemory<byte>> edits = [];

    /// <summary>No changes.</summary>
    public static ModelEdits None { get; } = new();

    public IReadOnlyCollection<TensorLocation> Tensors => edits.Keys;

    /// <summary>Gives a tensor new elements, as raw_data would hold them.</summary>
    public void Set(TensorLocation tensor, ReadOnlyMemory<byte> elements) => edits[tensor] = elements;

    /// <summary>A tensor's new elements, if it has any.</summary>
    public bool TryGet(TensorLocation tensor, out ReadOnlyMemory<byte> elements) => edits.TryGetValue(tensor, out elements);

    public void Dispose() => edits.Clear();
}

/// <summary>An array of numbers as the memory of its bytes, without a copy.</summary>
internal sealed class ArrayBytes<T>(T[] array) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(array.AsSpan());

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("These bytes are written to streams, never pinned.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
