using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>Reads a tensor's elements: as the last edit left them, from the model file, or from external data.</summary>
/// <param name="model">The model file.</param>
/// <param name="edits">What became of some of its tensors.</param>
/// <param name="maxThreads">The most threads that read external data; 0 for as many as there are processors.</param>
internal sealed class ElementReader(ModelFile model, ModelEdits edits, int maxThreads)
{
    public int MaxThreads => maxThreads;

    /// <summary>The elements as raw_data would hold them.</summary>
    /// <exception cref="OnnxModelException">The data is not there or does not fit the shape; the message names file and tensor.</exception>
    public ReadOnlyMemory<byte> Bytes(TensorLocation tensor)
    {
        ReadOnlyMemory<byte> elements = default;
        Named(tensor, () => elements = Stored(tensor));
        return elements;
    }

    /// <summary>Copies the elements, as raw_data would hold them; those of external data straight from the file.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="bytes">As many bytes as it has.</param>
    /// <exception cref="OnnxModelException">As for <see cref="Bytes"/>.</exception>
    public void Fill(TensorLocation tensor, Span<byte> bytes)
    {
        if (!IsExternal(tensor) || tensor.ByteCount == 0)
        {
            Bytes(tensor).Span.CopyTo(bytes);
            return;
        }
        var (opened, offset) = ((SafeFileHandle?)null, 0L);
        Named(tensor, () => opened = OpenExternal(tensor, out offset));
        using var file = opened;
        try { ExactRead.Fill(file!, offset, bytes); }
        catch (IOException e) { throw Unreadable(tensor, e); }
    }

    /// <summary>The elements as floating-point numbers; in the given array, if it has the right length.</summary>
    /// <exception cref="OnnxModelException">As for <see cref="Bytes"/>.</exception>
    public T[] Values<T>(TensorLocation tensor, T[]? array = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isNative = tensor.ElementType == (typeof(T) == typeof(double) ? TensorElementType.Float64 : TensorElementType.Float32);
        if (isNative && tensor.ByteCount > 0 && IsExternal(tensor)) return ExternalValues(tensor, array);
        var bytes = Bytes(tensor);
        var values = Fitting(tensor, array);
        ElementFormat.Decode(tensor.ElementType, bytes.Span, values.AsSpan());
        return values;
    }

    /// <summary>Straight from the file into the array.</summary>
    private T[] ExternalValues<T>(TensorLocation tensor, T[]? array) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = [];
        Named(tensor, () =>
        {
            using var file = OpenExternal(tensor, out var offset);
            values = Fitting(tensor, array);
            ExactRead.Fill(file, offset, MemoryMarshal.AsBytes(values.AsSpan()));
        });
        return values;
    }

    private static T[] Fitting<T>(TensorLocation tensor, T[]? array)
        => array?.LongLength == tensor.Count ? array : GC.AllocateUninitializedArray<T>((int)tensor.Count);

    private ReadOnlyMemory<byte> Stored(TensorLocation tensor)
    {
        if (edits.TryGet(tensor, out var edited)) return edited;
        if (tensor.Storage != TensorStorage.External) return model.Elements(tensor);
        // An empty tensor needs no file.
        if (tensor.ByteCount == 0) return default;
        using var file = OpenExternal(tensor, out var offset);
        var bytes = GC.AllocateUninitializedArray<byte>((int)tensor.ByteCount);
        ExactRead.Fill(file, offset, bytes, maxThreads);
        return bytes;
    }

    /// <summary>Whether a tensor's elements lie in a file of external data, as they were.</summary>
    public bool IsExternal(TensorLocation tensor) => tensor.Storage == TensorStorage.External && !edits.Contains(tensor);

    /// <summary>The file of a tensor's external data, after a look at whether it holds as much as the shape asks for.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public SafeFileHandle OpenExternal(TensorLocation tensor, out long offset)
    {
        if (tensor.ByteCount > Array.MaxLength)
            throw new InvalidDataException($"it has {tensor.ByteCount} bytes; tensors of 2 GB and more are not read");
        return OpenWhole(tensor, out offset);
    }

    private SafeFileHandle OpenWhole(TensorLocation tensor, out long offset)
    {
        var place = ExternalData.Of(tensor.Proto);
        if (place.Length is { } length && length != tensor.ByteCount)
            throw new InvalidDataException($"its external data has {length} bytes where its shape asks for {tensor.ByteCount}");
        var path = DataFile.Find(model, place.Location);
        var file = RegularFile.Open(path);
        offset = place.Offset;
        if (RandomAccess.GetLength(file) - offset >= tensor.ByteCount) return file;
        file.Dispose();
        throw new InvalidDataException($"its external data runs past the end of '{place.Location}'"
            + (StandIn.Of(path) is { } other ? $", which {other}" : ""));
    }

    /// <summary>Checks that all external data is there, for those who do not look at it or let others open it.</summary>
    /// <exception cref="OnnxModelException">A file is not there, is too short, is no regular file or lies outside the model's folder; the
    /// message names model and tensor.</exception>
    public void CheckData(IEnumerable<TensorLocation> tensors)
    {
        foreach (var tensor in tensors.Where(tensor => IsExternal(tensor) && tensor.ByteCount > 0))
            Named(tensor, () => OpenWhole(tensor, out _).Dispose());
    }

    /// <summary>Names file and tensor in what a reader throws.</summary>
    public void Named(TensorLocation tensor, Action read)
    {
        try { read(); }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(tensor, e);
        }
    }

    private OnnxModelException Unreadable(TensorLocation tensor, Exception e)
        => new($"{model.Path}, tensor '{tensor.Name}': {e.Message}", e);
}
