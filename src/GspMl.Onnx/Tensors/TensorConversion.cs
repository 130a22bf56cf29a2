using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Tensors;

/// <summary>Between arrays of the caller's number type and ONNX Runtime's tensors.</summary>
internal static class TensorConversion
{
    /// <summary>Some values of an array as a tensor of the type that the model takes.</summary>
    public static OrtValue ToOrtValue(Array values, int start, int count, int[] shape, OrtElement type) => type switch
    {
        OrtElement.Float => Tensor<float>(values, start, count, shape),
        OrtElement.Double => Tensor<double>(values, start, count, shape),
        OrtElement.Int64 => Tensor<long>(values, start, count, shape),
        OrtElement.Int32 => Tensor<int>(values, start, count, shape),
        OrtElement.Int16 => Tensor<short>(values, start, count, shape),
        OrtElement.Int8 => Tensor<sbyte>(values, start, count, shape),
        OrtElement.UInt8 => Tensor<byte>(values, start, count, shape),
        OrtElement.Bool => Create(Convert<byte>(values, start, count).Select(b => b != 0).ToArray(), shape),
        OrtElement.Float16
        => Create(Convert<Half>(values, start, count).Select(h => new Float16(BitConverter.HalfToUInt16Bits(h))).ToArray(), shape),
        _ => throw new NotSupportedException($"inputs of type {type} are not fed"),
    };

    /// <summary>Whether <see cref="ToOrtValue"/> makes tensors of a type.</summary>
    public static bool IsFed(OrtElement type) => type is OrtElement.Float or OrtElement.Double or OrtElement.Float16 or OrtElement.Int64
        or OrtElement.Int32 or OrtElement.Int16 or OrtElement.Int8 or OrtElement.UInt8 or OrtElement.Bool;

    /// <summary>A numeric tensor as floats, or null where the type is no number.</summary>
    public static float[]? ToFloats(OrtValue value)
    {
        if (!value.IsTensor) return null;
        return value.GetTensorTypeAndShape().ElementDataType switch
        {
            OrtElement.Float => value.GetTensorDataAsSpan<float>().ToArray(),
            OrtElement.Double => Floats(value.GetTensorDataAsSpan<double>()),
            OrtElement.Float16
            => [.. value.GetTensorDataAsSpan<Float16>().ToArray().Select(h => (float)BitConverter.UInt16BitsToHalf(h.value))],
            OrtElement.BFloat16
            => [.. value.GetTensorDataAsSpan<BFloat16>().ToArray().Select(b => BitConverter.UInt32BitsToSingle((uint)b.value << 16))],
            OrtElement.Int64 => Floats(value.GetTensorDataAsSpan<long>()),
            OrtElement.Int32 => Floats(value.GetTensorDataAsSpan<int>()),
            OrtElement.UInt8 => Floats(value.GetTensorDataAsSpan<byte>()),
            OrtElement.Int8 => Floats(value.GetTensorDataAsSpan<sbyte>()),
            OrtElement.Bool => [.. value.GetTensorDataAsSpan<bool>().ToArray().Select(b => b ? 1f : 0f)],
            _ => null,
        };
    }

    /// <summary>Whether numbers of a type are whole.</summary>
    public static bool IsWhole(OrtElement type) => type is OrtElement.Int64 or OrtElement.Int32 or OrtElement.UInt8 or OrtElement.Int8
        or OrtElement.Bool;

    private static OrtValue Tensor<T>(Array values, int start, int count, int[] shape) where T : unmanaged, INumberBase<T>
        => values is T[] same
            ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, same.AsMemory(start, count), Long(shape))
            : Create(Convert<T>(values, start, count), shape);

    private static OrtValue Create<T>(T[] values, int[] shape) where T : unmanaged
        => OrtValue.CreateTensorValueFromMemory(values, Long(shape));

    private static T[] Convert<T>(Array values, int start, int count) where T : INumberBase<T> => values switch
    {
        float[] v => Convert<float, T>(v.AsSpan(start, count)),
        double[] v => Convert<double, T>(v.AsSpan(start, count)),
        long[] v => Convert<long, T>(v.AsSpan(start, count)),
        int[] v => Convert<int, T>(v.AsSpan(start, count)),
        byte[] v => Convert<byte, T>(v.AsSpan(start, count)),
        bool[] v => [.. v.AsSpan(start, count).ToArray().Select(b => b ? T.One : T.Zero)],
        _ => throw new NotSupportedException($"values of type {values.GetType().GetElementType()!.Name} are not fed"),
    };

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<TFrom> values) where TFrom : INumberBase<TFrom> where TTo : INumberBase<TTo>
    {
        var converted = new TTo[values.Length];
        for (var i = 0; i < converted.Length; i++) converted[i] = TTo.CreateSaturating(values[i]);
        return converted;
    }

    private static float[] Floats<T>(ReadOnlySpan<T> values) where T : INumberBase<T> => Convert<T, float>(values);

    private static long[] Long(int[] shape) => [.. shape.Select(extent => (long)extent)];
}
