using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>
/// New element bytes for some tensors of a model, by identity of the tensor. Those of large external tensors are kept
/// in a temporary file, so that a model larger than memory can be pruned tensor by tensor.
/// </summary>
internal sealed class ModelEdits : IDisposable
{
    private const long KeptInMemory = 1 << 20;
    private const int BufferSize = 1 << 20;

    private readonly Dictionary<TensorLocation, ReadOnlyMemory<byte>> edits = [];
    private readonly Dictionary<TensorLocation, (long Offset, long Length)> spooled = [];
    private SafeFileHandle? spool;
    private long spoolLength;

    /// <summary>No changes.</summary>
    public static ModelEdits None { get; } = new();

    public IEnumerable<TensorLocation> Tensors => edits.Keys.Concat(spooled.Keys);

    public bool IsEmpty => edits.Count + spooled.Count == 0;

    /// <summary>Gives a tensor new elements, as raw_data would hold them.</summary>
    /// <returns>Whether the memory is kept: it must not be changed afterwards.</returns>
    public bool Set(TensorLocation tensor, ReadOnlyMemory<byte> elements)
    {
        if (tensor.Storage == TensorStorage.External && elements.Length > KeptInMemory)
        {
            Spool(tensor, elements.Span);
            return false;
        }
        edits[tensor] = elements;
        return true;
    }

    public bool Contains(TensorLocation tensor) => edits.ContainsKey(tensor) || spooled.ContainsKey(tensor);

    /// <summary>A tensor's new elements, if it has any.</summary>
    public bool TryGet(TensorLocation tensor, out ReadOnlyMemory<byte> elements)
    {
        if (edits.TryGetValue(tensor, out elements)) return true;
        if (!spooled.TryGetValue(tensor, out var place)) return false;
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)place.Length));
        ReadSpool(bytes, place.Offset);
        elements = bytes;
        return true;
    }

    /// <summary>Writes a tensor's new elements, in pieces where they are in the temporary file.</summary>
    public void CopyTo(TensorLocation tensor, Stream target)
    {
        if (edits.TryGetValue(tensor, out var elements))
        {
            target.Write(elements.Span);
            return;
        }
        var (offset, length) = spooled[tensor];
        var buffer = new byte[Math.Min(BufferSize, length)];
        for (var at = 0L; at < length; at += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            ReadSpool(piece, offset + at);
            target.Write(piece);
        }
    }

    private void Spool(TensorLocation tensor, ReadOnlySpan<byte> elements)
    {
        spool ??= File.OpenHandle(Path.Combine(Path.GetTempPath(), $"gspml-{Path.GetRandomFileName()}"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        edits.Remove(tensor);
        // Decided a second time, a tensor takes its old place: it has the same size.
        var offset = spooled.TryGetValue(tensor, out var old) ? old.Offset : spoolLength;
        spooled[tensor] = (offset, elements.Length);
        spoolLength = Math.Max(spoolLength, offset + elements.Length);
        RandomAccess.Write(spool, elements, offset);
    }

    private void ReadSpool(Span<byte> bytes, long offset)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var read = RandomAccess.Read(spool!, bytes[at..], offset + at);
            if (read == 0) throw new EndOfStreamException("the temporary file of pruned values became shorter");
            at += read;
        }
    }

    public void Dispose()
    {
        edits.Clear();
        spooled.Clear();
        spool?.Dispose();
        spool = null;
    }
}
