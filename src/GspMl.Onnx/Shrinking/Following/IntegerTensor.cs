using System.Runtime.InteropServices;
using GspMl.Onnx.Proto;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Integers that are stored in the model file: shapes, axes, indices.</summary>
internal static class IntegerTensor
{
    /// <summary>
    /// The values, or null where the tensor is of another type, external, or so large that the parsed model leaves its data out.
    /// </summary>
    public static long[]? Values(TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External) return null;
        long[]? values = (Elements)tensor.DataType switch
        {
            Elements.Int64 => tensor.HasRawData ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray() : [.. tensor.Int64Data],
            Elements.Int32
            => tensor.HasRawData ? [.. MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray().Select(v => (long)v)]
            : [.. tensor.Int32Data.Select(v => (long)v)],
            _ => null,
        };
        return values?.Length == tensor.Dims.Aggregate(1L, (product, extent) => product * extent) ? values : null;
    }
}
