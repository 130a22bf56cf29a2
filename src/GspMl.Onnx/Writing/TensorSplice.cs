using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>Puts new elements into a tensor of the model file, in the form the tensor is stored in.</summary>
internal static class TensorSplice
{
    /// <summary>
    /// Replaces the elements; the file keeps its size unless half-precision numbers are stored as varints of other lengths.
    /// </summary>
    public static void Replace(WireSplice splice, ModelFile file, TensorLocation tensor, SpliceContent elements)
    {
        if (tensor.Storage == TensorStorage.Raw) ReplaceRaw(splice, tensor, elements);
        else ReplaceTyped(splice, file, tensor, elements.ToMemory().Span);
    }

    /// <summary>Points an external tensor to another file.</summary>
    public static void Relocate(WireSplice splice, ModelFile file, TensorLocation tensor, string location)
    {
        foreach (var field in tensor.Wire.Fields(file.Bytes.Span).Where(f => f.Number == OnnxField.TensorExternalData))
        {
            var entry = StringStringEntryProto.Parser.ParseFrom(file.Bytes.Span[field.BodyStart..field.End]);
            if (entry.Key != "location") continue;
            entry.Value = location;
            splice.Replace(tensor.Wire, field.Start, field.End, Varint.EncodeField(OnnxField.TensorExternalData, entry.ToByteArray()));
        }
    }

    /// <summary>Replaces the elements by others, fewer or more.</summary>
    public static void ReplaceAll(WireSplice splice, ModelFile file, TensorLocation tensor, ReadOnlyMemory<byte> elements)
    {
        if (tensor.Wire.RawData is { } raw) splice.Replace(tensor.Wire, raw.Start, raw.End,
            Varint.EncodeField(OnnxField.TensorRawData, elements.Span));
        else ReplaceTyped(splice, file, tensor, elements.Span);
    }

    /// <summary>Replaces the elements of a tensor of 32- or 64-bit integers.</summary>
    public static void ReplaceIntegers(WireSplice splice, ModelFile file, TensorLocation tensor, long[] values)
    {
        var isLong = tensor.Proto.DataType == (int)TensorProto.Types.DataType.Int64;
        var bytes = isLong ? MemoryMarshal.AsBytes<long>(values).ToArray() : MemoryMarshal.AsBytes<int>([.. values.Select(v => (int)v)])
            .ToArray();
        if (tensor.Wire.RawData is { } raw) splice.Replace(tensor.Wire, raw.BodyStart, raw.End, bytes);
        else ReplaceFields(splice, file, tensor, isLong ? TensorProto.Int64DataFieldNumber : OnnxField.TensorInt32Data,
            Varints(values, v => (ulong)v));
    }

    /// <summary>Gives a tensor other extents.</summary>
    public static void Reshape(WireSplice splice, ModelFile file, TensorLocation tensor, IReadOnlyList<long> shape)
    {
        var old = tensor.Wire.Fields(file.Bytes.Span).Where(field => field.Number == TensorProto.DimsFieldNumber).ToList();
        byte[] fields = [.. shape.SelectMany(extent => (byte[])[TensorProto.DimsFieldNumber << 3, .. Varint.Encode((ulong)extent)])];
        splice.Replace(tensor.Wire, old[0].Start, old[0].End, fields);
        foreach (var field in old.Skip(1)) splice.Remove(tensor.Wire, field);
    }

    /// <summary>Gives an external tensor another place in its file.</summary>
    public static void Place(WireSplice splice, ModelFile file, TensorLocation tensor, long offset, long length)
    {
        var places = new Dictionary<string, long> { ["offset"] = offset, ["length"] = length };
        foreach (var field in tensor.Wire.Fields(file.Bytes.Span).Where(f => f.Number == OnnxField.TensorExternalData))
        {
            var entry = StringStringEntryProto.Parser.ParseFrom(file.Bytes.Span[field.BodyStart..field.End]);
            if (!places.Remove(entry.Key, out var value)) continue;
            entry.Value = $"{value}";
            splice.Replace(tensor.Wire, field.Start, field.End, Varint.EncodeField(OnnxField.TensorExternalData, entry.ToByteArray()));
        }
        foreach (var (key, value) in places)
            splice.Append(tensor.Wire, Varint.EncodeField(OnnxField.TensorExternalData,
                new StringStringEntryProto { Key = key, Value = $"{value}" }.ToByteArray()));
    }

    private static void ReplaceRaw(WireSplice splice, TensorLocation tensor, SpliceContent elements)
    {
        var raw = tensor.Wire.RawData!.Value;
        splice.Replace(tensor.Wire, raw.BodyStart, raw.End, elements);
    }

    /// <summary>The values become one packed field where the first of them stood.</summary>
    private static void ReplaceTyped(WireSplice splice, ModelFile file, TensorLocation tensor, ReadOnlySpan<byte> elements)
    {
        var (number, packed) = Pack(tensor.ElementType, elements);
        ReplaceFields(splice, file, tensor, number, packed);
    }

    private static void ReplaceFields(WireSplice splice, ModelFile file, TensorLocation tensor, int number, byte[] packed)
    {
        var old = tensor.Wire.Fields(file.Bytes.Span).Where(field => field.Number == number).ToList();
        splice.Replace(tensor.Wire, old[0].Start, old[0].End, Varint.EncodeField(number, packed));
        foreach (var field in old.Skip(1)) splice.Remove(tensor.Wire, field);
    }

    private static (int Number, byte[] Packed) Pack(TensorElementType type, ReadOnlySpan<byte> elements) => type switch
    {
        TensorElementType.Float32 => (OnnxField.TensorFloatData, elements.ToArray()),
        TensorElementType.Float64 => (OnnxField.TensorDoubleData, elements.ToArray()),
        TensorElementType.Float16 or TensorElementType.BFloat16
            => (OnnxField.TensorInt32Data, Varints(MemoryMarshal.Cast<byte, ushort>(elements).ToArray(), v => v)),
        TensorElementType.Int8 => (OnnxField.TensorInt32Data, Varints(elements.ToArray(), v => (ulong)(long)(sbyte)v)),
        _ => (OnnxField.TensorInt32Data, Varints(elements.ToArray(), v => v)),
    };

    private static byte[] Varints<TElement>(TElement[] elements, Func<TElement, ulong> value)
        => [.. elements.SelectMany(e => Varint.Encode(value(e)))];
}
