using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Npy;

/// <summary>Writes NPY files, version 1.0, C order, little-endian.</summary>
internal static class NpyWriter
{
    private const int Alignment = 64;
    private const int ElementsPerPart = 1 << 20;

    /// <summary>
    /// Writes <paramref name="values"/> (row-major) beside <paramref name="path"/> and renames: a failure leaves what was there.
    /// </summary>
    public static void Write<T>(string path, ReadOnlyMemory<T> values, params IReadOnlyList<int> shape) where T : unmanaged =>
        OutputFile.Write(path, stream => Write(stream, values.Span, shape));

    /// <summary>Writes <paramref name="values"/> (row-major) to a stream.</summary>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values, params IReadOnlyList<int> shape) where T : unmanaged
    {
        stream.Write(Header<T>(shape));
        for (var at = 0; at < values.Length; at += ElementsPerPart) // the whole may have more bytes than a span can
            stream.Write(MemoryMarshal.AsBytes(values.Slice(at, Math.Min(ElementsPerPart, values.Length - at))));
    }

    private static byte[] Header<T>(IReadOnlyList<int> shape)
    {
        var extents = string.Join(", ", shape) + (shape.Count == 1 ? "," : "");
        var text = $"{{'descr': '{Descr<T>()}', 'fortran_order': False, 'shape': ({extents}), }}";
        const int fixedSize = 10;
        var padded = (fixedSize + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var bytes = new byte[padded];
        bytes[0] = 0x93;
        "NUMPY\u0001\0"u8.CopyTo(bytes.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(padded - fixedSize));
        bytes.AsSpan(fixedSize).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(fixedSize));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static string Descr<T>() => default(T) switch
    {
        float => "<f4",
        double => "<f8",
        long => "<i8",
        int => "<i4",
        byte => "|u1",
        _ => throw new NotSupportedException($"NPY files of {typeof(T)} are not written."),
    };
}
