using System.Globalization;
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
        OrtElement.UInt64 => Tensor<ulong>(values, start, count, shape),
        OrtElement.UInt32 => Tensor<uint>(values, start, count, shape),
        OrtElement.UInt16 => Tensor<ushort>(values, start, count, shape),
        OrtElement.UInt8 => Tensor<byte>(values, start, count, shape),
        OrtElement.Bool => values is bool[] bools ? Create(bools[start..(start + count)], shape)
            : Create(Convert<double>(values, start, count).Select(value => value != 0).ToArray(), shape),
        OrtElement.Float16
        => Create(Convert<Half>(values, start, count).Select(h => new Float16(BitConverter.HalfToUInt16Bits(h))).ToArray(), shape),
        OrtElement.BFloat16
        => Create(Convert<float>(values, start, count).Select(value => new BFloat16(BFloat16Bits(value))).ToArray(), shape),
        _ => throw new NotSupportedException($"inputs of type {type} are not fed"),
    };

    /// <summary>Whether <see cref="ToOrtValue"/> makes tensors of a type.</summary>
    public static bool IsFed(OrtElement type) => type is OrtElement.Float or OrtElement.Double or OrtElement.Float16 or OrtElement.BFloat16
        or OrtElement.Bool || IsInteger(type);

    /// <summary>
    /// The first value that a type has not: a fraction, or one beyond its range, for an integer type; null where all fit.
    /// </summary>
    public static string? FirstUnfit(Array values, OrtElement type)
    {
        if (!IsInteger(type) || values is bool[] || values.GetType().GetElementType()!.Name == type.ToString()) return null;
        var (least, most) = Range(type);
        var numbers = Convert<double>(values, 0, values.Length);
        var at = Array.FindIndex(numbers, value => !double.IsInteger(value) || value < least || value > most);
        return at < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{values.GetValue(at)}");
    }

    private static bool IsInteger(OrtElement type) => type is OrtElement.Int64 or OrtElement.Int32 or OrtElement.Int16 or OrtElement.Int8
        or OrtElement.UInt64 or OrtElement.UInt32 or OrtElement.UInt16 or OrtElement.UInt8;

    private static (double Least, double Most) Range(OrtElement type) => type switch
    {
        OrtElement.Int64 => (long.MinValue, long.MaxValue),
        OrtElement.Int32 => (int.MinValue, int.MaxValue),
        OrtElement.Int16 => (short.MinValue, short.MaxValue),
        OrtElement.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        OrtElement.UInt64 => (0, ulong.MaxValue),
        OrtElement.UInt32 => (0, uint.MaxValue),
        OrtElement.UInt16 => (0, ushort.MaxValue),
        _ => (0, byte.MaxValue),
    };

    /// <summary>The nearest; halves go to the even one.</summary>
    private static ushort BFloat16Bits(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>A numeric tensor as floats, or null where the type is no number.</summary>
    public static float[]? ToFloats(OrtValue value)
    {
        if (!value.IsTensor) return null;
        var info = value.GetTensorTypeAndShape();
        if (info.ElementCount > Array.MaxLength)
            throw new NotSupportedException($"an output has {info.ElementCount:N0} elements, too many to be read");
        return info.ElementDataType switch
        {
            OrtElement.Float => value.GetTensorDataAsSpan<float>().ToArray(),
            OrtElement.Double => Floats(value.GetTensorDataAsSpan<double>()),
            OrtElement.Float16
            => [.. value.GetTensorDataAsSpan<Float16>().ToArray().Select(h => (float)BitConverter.UInt16BitsToHalf(h.value))],
            OrtElement.BFloat16
            => [.. value.GetTensorDataAsSpan<BFloat16>().ToArray().Select(b => BitConverter.UInt32BitsToSingle((uint)b.value << 16))],
            OrtElement.Int64 => Floats(value.GetTensorDataAsSpan<long>()),
            OrtElement.Int32 => Floats(value.GetTensorDataAsSpan<int>()),
            OrtElement.Int16 => Floats(value.GetTensorDataAsSpan<short>()),
            OrtElement.Int8 => Floats(value.GetTensorDataAsSpan<sbyte>()),
            OrtElement.UInt64 => Floats(value.GetTensorDataAsSpan<ulong>()),
            OrtElement.UInt32 => Floats(value.GetTensorDataAsSpan<uint>()),
            OrtElement.UInt16 => Floats(value.GetTensorDataAsSpan<ushort>()),
            OrtElement.UInt8 => Floats(value.GetTensorDataAsSpan<byte>()),
            OrtElement.Bool => [.. value.GetTensorDataAsSpan<bool>().ToArray().Select(b => b ? 1f : 0f)],
            _ => null,
        };
    }

    /// <summary>Whether numbers of a type are whole.</summary>
    public static bool IsWhole(OrtElement type) => type is OrtElement.Int64 or OrtElement.Int32 or OrtElement.UInt8 or OrtElement.Int8
        or OrtElement.Bool;

    private static OrtValue Tensor<T>(Array values, int start, int count, int[] shape) where T : unmanaged, INumberBase<T>
        => values.GetType() == typeof(T[])
            ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ((T[])values).AsMemory(start, count), Long(shape))
            : Create(Convert<T>(values, start, count), shape);

    private static OrtValue Create<T>(T[] values, int[] shape) where T : unmanaged
        => OrtValue.CreateTensorValueFromMemory(values, Long(shape));

    // By the type's code: to a pattern, an array of signed numbers is one of unsigned numbers too.
    private static T[] Convert<T>(Array values, int start, int count) where T : INumberBase<T>
        => Type.GetTypeCode(values.GetType().GetElementType()) switch
        {
            TypeCode.Single => Convert<float, T>(Of<float>(values, start, count)),
            TypeCode.Double => Convert<double, T>(Of<double>(values, start, count)),
            TypeCode.Int64 => Convert<long, T>(Of<long>(values, start, count)),
            TypeCode.Int32 => Convert<int, T>(Of<int>(values, start, count)),
            TypeCode.Int16 => Convert<short, T>(Of<short>(values, start, count)),
            TypeCode.SByte => Convert<sbyte, T>(Of<sbyte>(values, start, count)),
            TypeCode.UInt64 => Convert<ulong, T>(Of<ulong>(values, start, count)),
            TypeCode.UInt32 => Convert<uint, T>(Of<uint>(values, start, count)),
            TypeCode.UInt16 => Convert<ushort, T>(Of<ushort>(values, start, count)),
            TypeCode.Byte => Convert<byte, T>(Of<byte>(values, start, count)),
            TypeCode.Boolean => [.. Of<bool>(values, start, count).ToArray().Select(b => b ? T.One : T.Zero)],
            _ => values is Half[] halves ? Convert<Half, T>(halves.AsSpan(start, count))
                : throw new NotSupportedException($"values of type {values.GetType().GetElementType()!.Name} are not fed"),
        };

    private static ReadOnlySpan<T> Of<T>(Array values, int start, int count) => ((T[])values).AsSpan(start, count);

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<TFrom> values) where TFrom : INumberBase<TFrom> where TTo : INumberBase<TTo>
    {
        var converted = new TTo[values.Length];
        for (var i = 0; i < converted.Length; i++) converted[i] = TTo.CreateSaturating(values[i]);
        return converted;
    }

    private static float[] Floats<T>(ReadOnlySpan<T> values) where T : INumberBase<T> => Convert<T, float>(values);

    private static long[] Long(int[] shape) => [.. shape.Select(extent => (long)extent)];
}
