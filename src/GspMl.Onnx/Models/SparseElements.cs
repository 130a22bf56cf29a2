using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Models;

/// <summary>The elements of a sparse tensor (COO): values, and their flat indices or one index for each axis.</summary>
internal static class SparseElements
{
    /// <summary>The same tensor with its zeros.</summary>
    /// <exception cref="InvalidDataException">Values, indices and shape contradict each other, or it is too large.</exception>
    public static TensorProto Dense(SparseTensorProto sparse)
    {
        var size = ElementFormat.SizeOf((TensorElementType)sparse.Values.DataType);
        var count = Count(sparse.Dims);
        if (count * size > Array.MaxLength) throw new InvalidDataException("it is too large to be made dense");
        var values = ModelFile.ElementsOf(sparse.Values);
        var indices = FlatIndices(sparse);
        if (values.Length != indices.Length * size)
            throw new InvalidDataException($"it has {values.Length / size} values and {indices.Length} indices");
        var elements = new byte[(int)count * size];
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= count)
                throw new InvalidDataException($"index {indices[i]} lies outside its {count} elements");
            values.Span.Slice(i * size, size).CopyTo(elements.AsSpan((int)indices[i] * size));
        }
        return Filled(sparse, elements);
    }

    private static double Count(IEnumerable<long> dims)
    {
        var shape = dims.ToList();
        return shape.Exists(extent => extent < 0)
            ? throw new InvalidDataException($"it has the impossible shape [{string.Join(',', shape)}]")
            : shape.Aggregate(1.0, (product, extent) => product * extent);
    }

    /// <summary>The values' message with its other fields, the whole shape, and all elements.</summary>
    private static TensorProto Filled(SparseTensorProto sparse, byte[] elements)
    {
        var dense = sparse.Values.Clone();
        dense.FloatData.Clear();
        dense.DoubleData.Clear();
        dense.Int32Data.Clear();
        dense.Dims.Clear();
        dense.Dims.Add(sparse.Dims);
        dense.RawData = UnsafeByteOperations.UnsafeWrap(elements);
        return dense;
    }

    private static long[] FlatIndices(SparseTensorProto sparse)
    {
        var indices = sparse.Indices ?? new TensorProto();
        long[] numbers = indices.RawData.IsEmpty ? [.. indices.Int64Data]
            : indices.RawData.Length % sizeof(long) == 0 ? MemoryMarshal.Cast<byte, long>(indices.RawData.Span).ToArray()
            : throw new InvalidDataException("its indices are no 64-bit integers");
        if (indices.Dims.Count < 2) return numbers;
        var rank = sparse.Dims.Count;
        if (indices.Dims[1] != rank || rank == 0 || numbers.Length % rank != 0)
            throw new InvalidDataException($"its indices have shape [{string.Join(',', indices.Dims)}] where it has {rank} axes");
        return [.. numbers.Chunk(rank).Select(place => Flat(place, sparse.Dims))];
    }

    private static long Flat(long[] place, RepeatedField<long> shape)
    {
        var flat = 0L;
        for (var k = 0; k < place.Length; k++)
        {
            if (place[k] < 0 || place[k] >= shape[k])
                throw new InvalidDataException($"index {place[k]} of axis {k} lies outside its shape [{string.Join(',', shape)}]");
            flat = (flat * shape[k]) + place[k];
        }
        return flat;
    }
}
