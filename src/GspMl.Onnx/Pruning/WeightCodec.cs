using System.Numerics;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Pruning;

/// <summary>A weight's stored elements as numbers, and back. What was not changed keeps its bits.</summary>
/// <typeparam name="T">float; double where the model stores double.</typeparam>
internal static class WeightCodec<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The elements in the stored order; in the given array, where it has the right length and the elements are floating-point numbers.</summary>
    public static T[] Decode(OnnxModel model, PrunableWeight weight, T[]? array = null)
        => weight.Use.Dequantization is { } scaling
            ? DecodeQuantized(model, weight, scaling)
            : ElementReader.Values(model, weight.Location, array);

    public static ReadOnlyMemory<byte> Encode(OnnxModel model, PrunableWeight weight, T[] values)
    {
        if (weight.Use.Dequantization is { } scaling) return EncodeQuantized(model, weight, scaling, values);
        if (ElementFormat.SizeOf(weight.ElementType) == ElementFormat.SizeOf(Native)) return new ArrayBytes<T>(values).Memory;
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)weight.Location.ByteCount));
        ElementFormat.Encode<T>(weight.ElementType, values, bytes);
        return bytes;
    }

    private static TensorElementType Native => typeof(T) == typeof(double) ? TensorElementType.Float64 : TensorElementType.Float32;

    private static T[] DecodeQuantized(OnnxModel model, PrunableWeight weight, Dequantization scaling)
    {
        var stored = ElementReader.Bytes(model, weight.Location).Span;
        var (scales, zeroPoints) = Parameters(model, scaling);
        var values = new T[stored.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var step = Step(scaling, i);
            values[i] = (T.CreateTruncating(Integer(weight, stored[i])) - T.CreateTruncating(zeroPoints[step])) * scales[step];
        }
        return values;
    }

    /// <summary>Zero becomes the zero point, which stands for it exactly; other weights go to the nearest step.</summary>
    private static byte[] EncodeQuantized(OnnxModel model, PrunableWeight weight, Dequantization scaling, T[] values)
    {
        var (scales, zeroPoints) = Parameters(model, scaling);
        var (least, most) = weight.ElementType == TensorElementType.Int8 ? (-128, 127) : (0, 255);
        var bytes = new byte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var step = Step(scaling, i);
            var steps = values[i] == T.Zero ? 0 : int.CreateSaturating(T.Round(values[i] / scales[step]));
            bytes[i] = unchecked((byte)Math.Clamp(steps + zeroPoints[step], least, most));
        }
        return bytes;
    }

    private static int Step(Dequantization scaling, int element) => (int)(element / scaling.Axis.Stride % scaling.Axis.Extent);

    private static int Integer(PrunableWeight weight, byte stored) => weight.ElementType == TensorElementType.Int8 ? (sbyte)stored : stored;

    private static (T[] Scales, int[] ZeroPoints) Parameters(OnnxModel model, Dequantization scaling)
    {
        var scales = ElementReader.Values<T>(model, scaling.Scales.Tensor);
        if (scaling.ZeroPoints is not { Tensor: var tensor }) return (scales, new int[scales.Length]);
        var signed = tensor.ElementType == TensorElementType.Int8;
        return (scales, [.. ElementReader.Bytes(model, tensor).ToArray().Select(b => signed ? (sbyte)b : (int)b)]);
    }
}
