using System.Numerics;

namespace GspMl.Onnx.Models;

/// <summary>Reads a tensor's elements: as the last edit left them, from the model file, or from external data.</summary>
internal static class ElementReader
{
    /// <summary>The elements as raw_data would hold them.</summary>
    /// <exception cref="OnnxModelException">The data is not there or does not fit the shape; the message names file and tensor.</exception>
    public static ReadOnlyMemory<byte> Bytes(OnnxModel model, TensorLocation tensor)
    {
        try
        {
            if (model.Edits.TryGet(tensor, out var edited)) return edited;
            return tensor.Storage == TensorStorage.External ? External(model, tensor) : model.File.Elements(tensor);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"{model.Path}, tensor '{tensor.Name}': {e.Message}", e);
        }
    }

    /// <summary>The elements as floating-point numbers.</summary>
    public static T[] Values<T>(OnnxModel model, TensorLocation tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bytes = Bytes(model, tensor);
        var values = GC.AllocateUninitializedArray<T>(checked((int)tensor.Count));
        ElementFormat.Decode(tensor.ElementType, bytes.Span, values.AsSpan());
        return values;
    }

    private static byte[] External(OnnxModel model, TensorLocation tensor)
    {
        var place = ExternalData.Of(tensor.Proto);
        if (place.Length is { } length && length != tensor.ByteCount)
            throw new InvalidDataException($"its external data has {length} bytes where its shape asks for {tensor.ByteCount}");
        using var file = File.OpenHandle(Path.Combine(model.File.Folder, place.Location));
        if (RandomAccess.GetLength(file) - place.Offset < tensor.ByteCount)
            throw new InvalidDataException($"its external data runs past the end of '{place.Location}'");
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)tensor.ByteCount));
        for (var at = 0; at < bytes.Length;) at += RandomAccess.Read(file, bytes.AsSpan(at), place.Offset + at);
        return bytes;
    }
}
