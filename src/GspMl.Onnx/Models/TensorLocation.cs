using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Models;

/// <summary>A tensor of the model: as parsed (without large data), and where it lies in the file. Compared by identity.</summary>
/// <param name="proto">The parsed message; large raw_data is missing in it.</param>
/// <param name="wire">The message in the file's bytes.</param>
/// <param name="name">What messages and patterns call it.</param>
internal sealed class TensorLocation(TensorProto proto, WireMessage wire, string name)
{
    public TensorProto Proto { get; } = proto;

    public WireMessage Wire { get; } = wire;

    public string Name { get; } = name;

    public IReadOnlyList<long> Shape { get; } = [.. proto.Dims];

    public TensorElementType ElementType => (TensorElementType)Proto.DataType;

    public TensorStorage Storage =>
        Proto.DataLocation == TensorProto.Types.DataLocation.External ? TensorStorage.External
        : Wire.RawData is not null ? TensorStorage.Raw
        : TensorStorage.Typed;

    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, extent) => checked(product * extent));

    public long ByteCount => checked(Count * ElementFormat.SizeOf(ElementType));
}
