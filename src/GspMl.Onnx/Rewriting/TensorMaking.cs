using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Rewriting;

/// <summary>Stored tensors of numbers.</summary>
internal static class TensorMaking
{
    public static TensorProto Floats(string name, float[] values, params long[] shape)
        => Of<float>(name, TensorProto.Types.DataType.Float, values, shape);

    public static TensorProto Integers(string name, long[] values, params long[] shape)
        => Of<long>(name, TensorProto.Types.DataType.Int64, values, shape);

    private static TensorProto Of<T>(string name, TensorProto.Types.DataType type, T[] values, long[] shape) where T : unmanaged
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values)) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
