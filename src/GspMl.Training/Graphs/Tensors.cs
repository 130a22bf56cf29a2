using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Graphs;

/// <summary>Stored tensors: made of numbers, all in raw_data.</summary>
internal static class Tensors
{
    public static TensorProto Of(string name, Element type, ReadOnlySpan<double> values, params IEnumerable<long> shape)
    {
        var bytes = type switch
        {
            Element.Float => MemoryMarshal.AsBytes<float>(Converted<float>(values)).ToArray(),
            Element.Double => MemoryMarshal.AsBytes(values).ToArray(),
            Element.Int64 => MemoryMarshal.AsBytes<long>(Converted<long>(values)).ToArray(),
            Element.Bool => [.. values.ToArray().Select(value => value != 0 ? (byte)1 : (byte)0)],
            Element.Int32 => MemoryMarshal.AsBytes<int>(Converted<int>(values)).ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Constants of this type are not made."),
        };
        return OfBytes(name, (int)type, bytes, shape);
    }

    public static TensorProto OfBytes(string name, int type, byte[] bytes, IEnumerable<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        tensor.Dims.Add(shape);
        return tensor;
    }

    private static T[] Converted<T>(ReadOnlySpan<double> values) where T : System.Numerics.INumberBase<T>
    {
        var converted = new T[values.Length];
        for (var i = 0; i < converted.Length; i++) converted[i] = T.CreateSaturating(values[i]);
        return converted;
    }
}
