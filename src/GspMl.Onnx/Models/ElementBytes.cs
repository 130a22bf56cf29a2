using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>
/// A tensor's elements as raw_data would hold them, to be read in parts: from memory, or from the file of its external data.
/// </summary>
internal sealed class ElementBytes : IDisposable
{
    private readonly ElementReader elements;
    private readonly TensorLocation tensor;
    private readonly ReadOnlyMemory<byte> memory;
    private readonly SafeFileHandle? file;
    private readonly long offset;

    /// <exception cref="OnnxModelException">The data is not there or does not fit the shape; the message names file and tensor.</exception>
    public ElementBytes(ElementReader elements, TensorLocation tensor)
    {
        (this.elements, this.tensor) = (elements, tensor);
        if (!elements.IsExternal(tensor))
        {
            memory = elements.Bytes(tensor);
            return;
        }
        var start = 0L;
        SafeFileHandle? opened = null;
        elements.Named(tensor, () => opened = elements.OpenExternal(tensor, out start));
        (file, offset) = (opened, start);
    }

    /// <summary>Some bytes: where they lie, or read into the buffer.</summary>
    public ReadOnlySpan<byte> Read(long at, int count, byte[] buffer)
    {
        if (file is null) return memory.Span.Slice((int)at, count);
        elements.Named(tensor, () => ExactRead.Fill(file, offset + at, buffer.AsSpan(0, count)));
        return buffer.AsSpan(0, count);
    }

    public void Dispose() => file?.Dispose();
}
