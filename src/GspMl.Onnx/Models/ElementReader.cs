using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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
        var isNative = tensor.ElementType == (typeof(T) == typeof(double) ? TensorElementType.Float64 : TensorElementType.Float32);
        if (isNative && tensor.ByteCount > 0 && tensor.Storage == TensorStorage.External && !model.Edits.Contains(tensor)) return ExternalValues(model, tensor, array);
        var bytes = Bytes(model, tensor);
        var values = Fitting(tensor, array);
        ElementFormat.Decode(tensor.ElementType, bytes.Span, values.AsSpan());
        return values;
    }

    /// <summary>Straight from the file into the array.</summary>
    private static T[] ExternalValues<T>(OnnxModel model, TensorLocation tensor, T[]? array) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = [];
        Named(model, tensor, () =>
        {
            using var file = OpenExternal(model, tensor, out var offset);
            values = Fitting(tensor, array);
            ExactRead.Fill(file, offset, MemoryMarshal.AsBytes(values.AsSpan()));
        });
        return values;
    }

    private static T[] Fitting<T>(TensorLocation tensor, T[]? array) => array?.LongLength == tensor.Count ? array : GC.AllocateUninitializedArray<T>((int)tensor.Count);

    private static ReadOnlyMemory<byte> Stored(OnnxModel model, TensorLocation tensor)
    {
        if (model.Edits.TryGet(tensor, out var edited)) return edited;
        if (tensor.Storage != TensorStorage.External) return model.File.Elements(tensor);
        // An empty tensor needs no file.
        if (tensor.ByteCount == 0) return default;
        using var file = OpenExternal(model, tensor, out var offset);
        var bytes = GC.AllocateUninitializedArray<byte>((int)tensor.ByteCount);
        ExactRead.Fill(file, offset, bytes);
        return bytes;
    }

    /// <summary>The file of a tensor's external data, after a look at whether it holds as much as the shape asks for.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static SafeFileHandle OpenExternal(OnnxModel model, TensorLocation tensor, out long offset)
    {
        var place = ExternalData.Of(tensor.Proto);
        if (place.Length is { } length && length != tensor.ByteCount)
            throw new InvalidDataException($"its external data has {length} bytes where its shape asks for {tensor.ByteCount}");
        if (tensor.ByteCount > Array.MaxLength) throw new InvalidDataException($"it has {tensor.ByteCount} bytes; tensors of 2 GB and more are not read");
        var file = RegularFile.Open(DataFile.Find(model.File, place.Location));
        offset = place.Offset;
        if (RandomAccess.GetLength(file) - offset >= tensor.ByteCount) return file;
        file.Dispose();
        throw new InvalidDataException($"its external data runs past the end of '{place.Location}'");
    }

    /// <summary>Names file and tensor in what a reader throws.</summary>
    public static void Named(OnnxModel model, TensorLocation tensor, Action read)
    {
        try { read(); }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"{model.Path}, tensor '{tensor.Name}': {e.Message}", e);
        }
    }
}
