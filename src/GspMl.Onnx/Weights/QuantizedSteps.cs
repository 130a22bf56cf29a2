using System.Numerics;
using GspMl.Onnx.Models;

namespace GspMl.Onnx.Weights;

/// <summary>The scales and zero points by which the bytes of a quantized weight stand for numbers: (q − zero point) · scale.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class QuantizedSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Axis axis;
    private readonly bool signed;
    private readonly T[] scales;
    private readonly int[] zeroPoints;

    private QuantizedSteps(ElementReader elements, PrunableWeight weight, Dequantization scaling)
    {
        (axis, signed) = (scaling.Axis, weight.ElementType == TensorElementType.Int8);
        scales = OfEachStep<T>(scaling.Scales is { } known ? elements.Values<T>(known.Tensor) : [T.One]);
        zeroPoints = OfEachStep<int>(scaling.ZeroPoints is { Tensor: var tensor }
            ? [.. elements.Bytes(tensor).ToArray().Select(b => Integer(b, tensor.ElementType == TensorElementType.Int8))] : [0]);
    }

    /// <summary>Those of a weight; null where it is stored as floating-point numbers.</summary>
    public static QuantizedSteps<T>? Of(ElementReader elements, PrunableWeight weight)
        => weight.Use.Dequantization is { } scaling ? new(elements, weight, scaling) : null;

    private int Least => signed ? -128 : 0;

    private int Most => signed ? 127 : 255;

    /// <summary>The byte that stands for zero exactly.</summary>
    public byte Zero(long element) => unchecked((byte)zeroPoints[Step(element)]);

    /// <summary>The largest magnitude of a sign that an element can stand for.</summary>
    public T Largest(long element, bool isNegative)
    {
        var step = Step(element);
        var bytes = isNegative == T.IsNegative(scales[step]) ? Most - zeroPoints[step] : zeroPoints[step] - Least;
        return T.CreateTruncating(bytes) * T.Abs(scales[step]);
    }

    /// <summary>The numbers that bytes stand for.</summary>
    public void Decode(ReadOnlySpan<byte> stored, long first, Span<T> values)
    {
        for (var i = 0; i < stored.Length; i++)
        {
            var step = Step(first + i);
            values[i] = (T.CreateTruncating(Integer(stored[i], signed)) - T.CreateTruncating(zeroPoints[step])) * scales[step];
        }
    }

    /// <summary>The bytes nearest to numbers.</summary>
    public byte[] Encode(ReadOnlySpan<T> values)
    {
        var bytes = new byte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var step = Step(i);
            var steps = values[i] == T.Zero ? 0 : int.CreateSaturating(T.Round(values[i] / scales[step]));
            bytes[i] = unchecked((byte)Math.Clamp(steps + zeroPoints[step], Least, Most));
        }
        return bytes;
    }

    private TValue[] OfEachStep<TValue>(TValue[] values)
        => values.Length == 1 ? [.. Enumerable.Repeat(values[0], (int)axis.Extent)] : values;

    private int Step(long element) => (int)(element / axis.Stride % axis.Extent);

    private static int Integer(byte stored, bool signed) => signed ? (sbyte)stored : stored;
}
