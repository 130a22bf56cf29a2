using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Models;

/// <summary>Reads a tensor's elements: as the last edit left them, from the model file, or from external data.</summary>
internal static class ElementReader
{
    /// <summary>The elements as raw_data would hold them.</summary>
    /// <exception cref="OnnxModelException">The data is not there or does not fit the shape; the message names file and tensor.</exception>
    public static ReadOnlyMemory<byte> Bytes(OnnxModel model, TensorLocation tensor)
    {
        ReadOnlyMemory<byte> elements = default;
        Named(model, tensor, () => elements = Stored(model, tensor));
        return elements;
    }

    /// <summary>The elements as floating-point numbers; in the given array, if it has the right length.</summary>
    /// <exception cref="OnnxModelException">As for <see cref="Bytes"/>.</exception>
    public static T[] Values<T>(OnnxModel model, TensorLocation tensor, T[]? array = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = array?.LongLength == tensor.Count ? array : GC.AllocateUninitializedArray<T>(checked((int)tensor.Count));
        var isNative = tensor.ElementType == (typeof(T) == typeof(double) ? TensorElementType.Float64 : TensorElementType.Float32);
        if (isNative && tensor.Storage == TensorStorage.External && !model.Edits.Contains(tensor))
            Named(model, tensor, () => ReadExternal(model, tensor, MemoryMarshal.AsBytes(values.AsSpan())));
        else
            ElementFormat.Decode(tensor.ElementType, Bytes(model, tensor).Span, values.AsSpan());
        return values;
    }

    private static ReadOnlyMemory<byte> Stored(OnnxModel model, TensorLocation tensor)
    {
        if (model.Edits.TryGet(tensor, out var edited)) return edited;
        if (tensor.Storage != TensorStorage.External) return model.File.Elements(tensor);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)tensor.ByteCount));
        ReadExternal(model, tensor, bytes);
        return bytes;
    }

    private static void ReadExternal(OnnxModel model, TensorLocation tensor, Span<byte> elements)
    {
        var place = ExternalData.Of(tensor.Proto);
        if (place.Length is { } length && length != tensor.ByteCount)
            throw new InvalidDataException($"its external data has {length} bytes where its shape asks for {tensor.ByteCount}");
        using var file = File.OpenHandle(Path.Combine(model.File.Folder, place.Location), options: FileOptions.SequentialScan);
        if (RandomAccess.GetLength(file) - place.Offset < tensor.ByteCount)
            throw new InvalidDataException($"its external data runs past the end of '{place.Location}'");
        for (var at = 0; at < elements.Length;)
        {
            var read = RandomAccess.Read(file, elements[at..], place.Offset + at);
            if (read == 0) throw new EndOfStreamException($"'{place.Location}' became shorter while it was read");
            at += read;
        }
    }

    private static void Named(OnnxModel model, TensorLocation tensor, Action read)
    {
        try { read(); }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"{model.Path}, tensor '{tensor.Name}': {e.Message}", e);
        }
    }
}
