using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Models;

/// <summary>
/// New elements for some tensors of a model, by identity of the tensor: bytes at hand, bytes in a temporary file where
/// they are those of large external tensors, or elements that are made of the old ones while the model is written.
/// </summary>
internal sealed class ModelEdits : IDisposable
{
    private const long KeptInMemory = 1 << 20;

    private Dictionary<TensorLocation, SpliceContent> edits = [];
    private readonly Spool spool = new();
    private bool disposed;

    /// <summary>No changes.</summary>
    public static ModelEdits None { get; } = new();

    public IEnumerable<TensorLocation> Tensors => Edits.Keys;

    public bool IsEmpty => Edits.Count == 0;

    /// <summary>Without this, a model that was disposed would be written and run as if it had never been pruned.</summary>
    private Dictionary<TensorLocation, SpliceContent> Edits
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return edits;
        }
    }

    /// <summary>Gives a tensor new elements, as raw_data would hold them.</summary>
    /// <returns>Whether the memory is kept: it must not be changed afterwards.</returns>
    public bool Set(TensorLocation tensor, ReadOnlyMemory<byte> elements)
    {
        if (tensor.Storage == TensorStorage.External && elements.Length > KeptInMemory)
        {
            // Decided a second time, a tensor takes its old place: it has the same size.
            Edits[tensor] = spool.Write(elements.Span, Edits.GetValueOrDefault(tensor) as SpooledContent);
            return false;
        }
        Edits[tensor] = new BytesContent(elements);
        return true;
    }

    /// <summary>Gives a tensor elements that are made when they are asked for.</summary>
    public void Set(TensorLocation tensor, SpliceContent elements) => Edits[tensor] = elements;

    /// <summary>Takes over what earlier changes made of the tensors that have no new elements here.</summary>
    public void Inherit(ModelEdits earlier)
    {
        foreach (var (tensor, content) in earlier.Edits)
        {
            if (edits.ContainsKey(tensor)) continue;
            // The earlier model's file goes with that model.
            if (content is SpooledContent) Set(tensor, content.ToMemory());
            else Edits[tensor] = content;
        }
    }

    public bool Contains(TensorLocation tensor) => Edits.ContainsKey(tensor);

    /// <summary>What a tensor's new elements are; only where it has any.</summary>
    public SpliceContent this[TensorLocation tensor] => Edits[tensor];

    /// <summary>A tensor's new elements in memory, if it has any.</summary>
    public bool TryGet(TensorLocation tensor, out ReadOnlyMemory<byte> elements)
    {
        elements = Edits.TryGetValue(tensor, out var content) ? content.ToMemory() : default;
        return content is not null;
    }

    public void Dispose()
    {
        if (ReferenceEquals(this, None)) return;
        disposed = true;
        // Whoever is reading on another thread goes on with the old ones, as far as the file lets it.
        edits = [];
        spool.Dispose();
    }
}
