using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Elements of stored tensors as bytes that can be cut.</summary>
internal static class StoredElements
{
    /// <summary>
    /// Bytes of one element; 0 for what is not cut: strings, elements smaller than a byte, integers in typed fields or external data.
    /// </summary>
    public static int SizeOf(TensorProto tensor)
    {
        var size = ElementFormat.SizeOf((TensorElementType)tensor.DataType);
        // The parsed model leaves large raw data out, so that no typed field stands for raw.
        var isRaw = tensor.DataLocation != TensorProto.Types.DataLocation.External
            && tensor.Int32Data.Count + tensor.Int64Data.Count + tensor.Uint64Data.Count == 0;
        return size > 0 ? size : !isRaw ? 0 : (Elements)tensor.DataType switch
        {
            Elements.Bool => 1,
            Elements.Int16 or Elements.Uint16 => 2,
            Elements.Int32 or Elements.Uint32 => 4,
            Elements.Int64 or Elements.Uint64 => 8,
            _ => 0,
        };
    }

    /// <summary>The elements of a tensor, with the edits of the model.</summary>
    /// <exception cref="OnnxModelException">They cannot be read; the message names file and tensor.</exception>
    public static ReadOnlyMemory<byte> Read(OnnxModel model, TensorLocation tensor)
        => ElementFormat.SizeOf(tensor.ElementType) > 0 ? model.Elements.Bytes(tensor)
            : tensor.Wire.RawData is { } raw ? model.File.Bytes[raw.BodyStart..raw.End]
            : throw new OnnxModelException($"{model.Path}, tensor '{tensor.Name}': its elements cannot be read.");

    /// <summary>The elements at the given positions of one axis.</summary>
    /// <param name="elements">Row-major elements.</param>
    /// <param name="shape">Their shape; the axis gets its new extent.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="kept">Positions that stay, ascending.</param>
    /// <param name="size">Bytes of an element.</param>
    public static byte[] Cut(ReadOnlySpan<byte> elements, long[] shape, int axis, IReadOnlyList<int> kept, int size)
    {
        var inner = checked((int)shape[(axis + 1)..].Aggregate((long)size, (product, extent) => product * extent));
        var outer = checked((int)shape[..axis].Aggregate(1L, (product, extent) => product * extent));
        var result = new byte[(long)outer * kept.Count * inner];
        for (var o = 0; o < outer; o++)
            for (var i = 0; i < kept.Count; i++)
                elements.Slice(((o * (int)shape[axis]) + kept[i]) * inner, inner).CopyTo(result.AsSpan(((o * kept.Count) + i) * inner));
        shape[axis] = kept.Count;
        return result;
    }
}
