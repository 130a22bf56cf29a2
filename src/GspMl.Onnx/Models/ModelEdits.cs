using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Models;

/// <summary>
/// New elements for some tensors of a model, by identity of the tensor: bytes at hand, bytes in a temporary file where
/// they are those of large external tensors, or elements that are made of the old ones while the model is written.
/// </summary>
internal sealed class ModelEdits : IDisposable
{
    private const long KeptInMemory = 1 << 20;

    private readonly Dictionary<TensorLocation, SpliceContent> edits = [];
    private readonly Spool spool = new();

    /// <summary>No changes.</summary>
    public static ModelEdits None { get; } = new();

    public IEnumerable<TensorLocation> Tensors => edits.Keys;

    public bool IsEmpty => edits.Count == 0;

    /// <summary>Gives a tensor new elements, as raw_data would hold them.</summary>
    /// <returns>Whether the memory is kept: it must not be changed afterwards.</returns>
    public bool Set(TensorLocation tensor, ReadOnlyMemory<byte> elements)
    {
        if (tensor.Storage == TensorStorage.External && elements.Length > KeptInMemory)
        {
            // Decided a second time, a tensor takes its old place: it has the same size.
            edits[tensor] = spool.Write(elements.Span, edits.GetValueOrDefault(tensor) as SpooledContent);
            return false;
        }
        edits[tensor] = new BytesContent(elements);
        return true;
    }

    /// <summary>Gives a tensor elements that are made when they are asked for.</summary>
    public void Set(TensorLocation tensor, SpliceContent elements) => edits[tensor] = elements;

    public bool Contains(TensorLocation tensor) => edits.ContainsKey(tensor);

    /// <summary>What a tensor's new elements are; only where it has any.</summary>
    public SpliceContent this[TensorLocation tensor] => edits[tensor];

    /// <summary>A tensor's new elements in memory, if it has any.</summary>
    public bool TryGet(TensorLocation tensor, out ReadOnlyMemory<byte> elements)
    {
        elements = edits.TryGetValue(tensor, out var content) ? content.ToMemory() : default;
        return content is not null;
    }

    public void Dispose()
    {
        edits.Clear();
        spool.Dispose();
    }
}
