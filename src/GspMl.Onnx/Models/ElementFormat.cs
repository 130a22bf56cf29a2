using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Models;

/// <summary>
/// Elements as ONNX stores them in raw_data and external data (fixed width, little endian), and as numbers to compute with.
/// </summary>
internal static class ElementFormat
{
    /// <summary>Bytes of one element; 0 for a type that GspMl does not read.</summary>
    public static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Float32 => 4,
        TensorElementType.Float64 => 8,
        TensorElementType.Float16 or TensorElementType.BFloat16 => 2,
        TensorElementType.Int8 or TensorElementType.UInt8 => 1,
        _ => 0,
    };

    public static bool IsFloatingPoint(TensorElementType type)
        => type is TensorElementType.Float32 or TensorElementType.Float64 or TensorElementType.Float16 or TensorElementType.BFloat16;

    /// <summary>Reads floating-point elements as <typeparamref name="T"/> (float or double; exact but for double read as float).</summary>
    public static void Decode<T>(TensorElementType type, ReadOnlySpan<byte> bytes, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (type)
        {
            case TensorElementType.Float32: TensorPrimitives.ConvertTruncating(Cast<float>(bytes), values); break;
            case TensorElementType.Float64: TensorPrimitives.ConvertTruncating(Cast<double>(bytes), values); break;
            case TensorElementType.Float16: TensorPrimitives.ConvertTruncating(Cast<Half>(bytes), values); break;
            case TensorElementType.BFloat16: DecodeBFloat16(Cast<ushort>(bytes), values); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "no floating-point type");
        }
    }

    /// <summary>Writes floating-point elements, rounded to the nearest (ties to even).</summary>
    public static void Encode<T>(TensorElementType type, ReadOnlySpan<T> values, Span<byte> bytes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (type)
        {
            case TensorElementType.Float32: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, float>(bytes)); break;
            case TensorElementType.Float64: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, double>(bytes)); break;
            case TensorElementType.Float16: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, Half>(bytes)); break;
            case TensorElementType.BFloat16: EncodeBFloat16(values, MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "no floating-point type");
        }
    }

    private static ReadOnlySpan<TElement> Cast<TElement>(ReadOnlySpan<byte> bytes) where TElement : unmanaged
    {
        // Tensors are little endian by the specification; every platform that .NET 10 and ONNX Runtime share is, too.
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("ONNX models are read on little-endian machines only.");
        return MemoryMarshal.Cast<byte, TElement>(bytes);
    }

    private static void DecodeBFloat16<T>(ReadOnlySpan<ushort> bits, Span<T> values) where T : IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < bits.Length; i++) values[i] = T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)bits[i] << 16));
    }

    private static void EncodeBFloat16<T>(ReadOnlySpan<T> values, Span<ushort> bits) where T : IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < bits.Length; i++)
        {
            var wide = BitConverter.SingleToUInt32Bits(float.CreateTruncating(values[i]));
            bits[i] = (ushort)((wide + 0x7fff + ((wide >> 16) & 1)) >> 16);
        }
    }
}
