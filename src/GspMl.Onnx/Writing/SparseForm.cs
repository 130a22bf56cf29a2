using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// A tensor as sparse_initializer: the values that are not zero and their flat indices (COO). ONNX asks for int64
/// indices, sorted and unique; they are stored packed in int64_data, where most take two or three bytes.
/// </summary>
internal static class SparseForm
{
    /// <summary>The weights of the main graph that are smaller so, in place of their dense forms.</summary>
    public static IEnumerable<(TensorLocation Tensor, SparseTensorProto Sparse)> Of(ModelContent model)
    {
        foreach (var weight in model.Weights)
            if (CanBeSparse(model, weight.Location) && Smaller(model, weight.Location) is { } sparse)
                yield return (weight.Location, sparse);
    }

    /// <summary>Only initializers of the main graph, in the file itself; one that is an input too could no longer be overridden.</summary>
    private static bool CanBeSparse(ModelContent model, TensorLocation tensor)
        => tensor.Wire is { Field.Number: OnnxField.GraphInitializer, Parent.Parent.Kind: MessageKind.Model }
            && ElementFormat.IsFloatingPoint(tensor.ElementType) && tensor.Storage != TensorStorage.External
            && model.Proto.Graph.Input.All(input => input.Name != tensor.Proto.Name);

    private static SparseTensorProto? Smaller(ModelContent model, TensorLocation tensor)
    {
        var elements = model.Elements.Bytes(tensor).Span;
        var size = ElementFormat.SizeOf(tensor.ElementType);
        var dense = tensor.Wire.Field.End - tensor.Wire.Field.Start;
        // A value that is not zero takes an index of one byte at least.
        if ((long)NonZeros(elements, size) * (size + 1) >= dense) return null;
        var sparse = Of(tensor, elements);
        return sparse.CalculateSize() + 8 < dense ? sparse : null;
    }

    /// <summary>A tensor with these elements, whatever size that takes.</summary>
    public static SparseTensorProto Of(TensorLocation tensor, ReadOnlySpan<byte> elements)
    {
        var size = ElementFormat.SizeOf(tensor.ElementType);
        var count = NonZeros(elements, size);
        var kept = new byte[count * size];
        var indices = new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64 };
        for (int i = 0, at = 0; i < elements.Length / size; i++)
        {
            var element = elements.Slice(i * size, size);
            if (IsZero(element)) continue;
            element.CopyTo(kept.AsSpan(at));
            at += size;
            indices.Int64Data.Add(i);
        }
        indices.Dims.Add(count);
        var sparse = new SparseTensorProto { Values = Values(tensor, kept, count), Indices = indices };
        sparse.Dims.Add(tensor.Proto.Dims);
        return sparse;
    }

    /// <summary>The dense message with its other fields, known or not, and only the values that are kept.</summary>
    private static TensorProto Values(TensorLocation tensor, byte[] kept, int count)
    {
        var values = tensor.Proto.Clone();
        values.FloatData.Clear();
        values.DoubleData.Clear();
        values.Int32Data.Clear();
        values.Dims.Clear();
        values.Dims.Add(count);
        values.RawData = ByteString.CopyFrom(kept);
        return values;
    }

    private static int NonZeros(ReadOnlySpan<byte> elements, int size)
    {
        var count = 0;
        for (var at = 0; at < elements.Length; at += size) count += IsZero(elements.Slice(at, size)) ? 0 : 1;
        return count;
    }

    private static bool IsZero(ReadOnlySpan<byte> element) => !element.ContainsAnyExcept((byte)0);
}
