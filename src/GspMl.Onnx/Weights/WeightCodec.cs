using System.Numerics;
using GspMl.Onnx.Models;

namespace GspMl.Onnx.Weights;

/// <summary>A weight's stored elements as numbers, and back. What was not changed keeps its bits.</summary>
/// <typeparam name="T">float; double where the model stores double.</typeparam>
internal static class WeightCodec<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The type whose elements are stored as they are computed with.</summary>
    public static TensorElementType Native => typeof(T) == typeof(double) ? TensorElementType.Float64 : TensorElementType.Float32;

    /// <summary>
    /// The elements in the stored order; in the given array, where it has the right length and the elements are floating-point numbers.
    /// </summary>
    public static T[] Decode(ElementReader elements, PrunableWeight weight, T[]? array = null)
    {
        if (QuantizedSteps<T>.Of(elements, weight) is not { } steps) return elements.Values(weight.Location, array);
        var stored = elements.Bytes(weight.Location).Span;
        var values = new T[stored.Length];
        steps.Decode(stored, 0, values);
        return values;
    }

    /// <summary>Zero becomes the zero point of a quantized weight; its other numbers go to the nearest step.</summary>
    public static ReadOnlyMemory<byte> Encode(ElementReader elements, PrunableWeight weight, T[] values)
    {
        if (QuantizedSteps<T>.Of(elements, weight) is { } steps) return steps.Encode(values);
        if (weight.ElementType == Native) return new ArrayBytes<T>(values).Memory;
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)weight.Location.ByteCount));
        ElementFormat.Encode<T>(weight.ElementType, values, bytes);
        return bytes;
    }
}
