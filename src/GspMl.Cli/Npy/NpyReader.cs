using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using GspMl.Cli.Shell;
using GspMl.Onnx.Models;

namespace GspMl.Cli.Npy;

/// <summary>Reads NPY files, gzipped ones (<c>.npy.gz</c>) too.</summary>
internal static class NpyReader
{
    private const int ElementsPerPart = 1 << 20;

    // No deflated byte gives more.
    private const long MostPerCompressedByte = 1032;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the whole array.</summary>
    /// <exception cref="CommandException">The file is missing, is not NPY, is cut short, or holds another element type.</exception>
    public static NpyArray Read(string path)
    {
        using var stream = InputFile.Open(path);
        return Read(path, stream, stream is FileStream file ? file.Length : MostUnpacked(RegularFile.Length(path)));
    }

    /// <summary>Reads the whole array from a stream.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="stream">The stream, at the beginning of the file.</param>
    /// <param name="most">More bytes cannot be in it: an array that asks for more is not made room for.</param>
    /// <exception cref="CommandException">It is not NPY, is cut short, or holds another element type.</exception>
    public static NpyArray Read(string path, Stream stream, long most)
    {
        try
        {
            var header = ReadHeader(path, stream);
            var array = NpyElement.Read(path, header, new Whole(path, stream, header, most));
            return header.Kind == NpyElement.Bool ? array with { Values = Array.ConvertAll((byte[])array.Values, value => value != 0) }
                : array;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>The most bytes that compressed ones can become.</summary>
    public static long MostUnpacked(long compressed) => (MostPerCompressedByte * compressed) + MostPerCompressedByte;

    /// <summary>Whether a stream threw because of what is in the file.</summary>
    public static bool IsDamage(Exception e) => e is EndOfStreamException or InvalidDataException;

    /// <summary>The error that names the file.</summary>
    public static CommandException Damaged(string path, Exception e) =>
        CommandException.Input($"{path}: {(e is EndOfStreamException ? "the file ends before its array does." : e.Message)}");

    /// <summary>Leaves the stream at the first element.</summary>
    /// <exception cref="CommandException">The file is not NPY, or is cut short.</exception>
    public static NpyHeader ReadHeader(string path, Stream stream)
    {
        try
        {
            return ReadDictionary(path, stream);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(path, e);
        }
    }

    private static NpyHeader ReadDictionary(string path, Stream stream)
    {
        Span<byte> head = stackalloc byte[8];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (head.StartsWith("PK"u8)) throw CommandException.Input($"{path}: a zip archive; the name of one of arrays ends in .npz.");
        if (!head.StartsWith(Magic[..Math.Min(head.Length, Magic.Length)]) || (head.Length > 6 && head[6] is < 1 or > 3))
            throw CommandException.Input($"{path}: not an NPY file (its first bytes are not NumPy's).");

        if (head.Length < 8) throw new EndOfStreamException();
        Span<byte> length = stackalloc byte[head[6] == 1 ? 2 : 4];
        stream.ReadExactly(length);
        var size = length.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (size > 1 << 20) throw CommandException.Input($"{path}: an NPY header of {size} bytes is not believed.");
        var text = new byte[size];
        stream.ReadExactly(text);
        return NpyHeader.Parse(path, Encoding.UTF8.GetString(text));
    }

    public static void SwapBytes<T>(Span<T> values) where T : unmanaged
    {
        foreach (ref var value in values) MemoryMarshal.AsBytes(new Span<T>(ref value)).Reverse();
    }

    /// <summary>All elements of a file.</summary>
    private sealed record Whole(string Path, Stream Stream, NpyHeader Header, long Most) : INpyElementReader<NpyArray>
    {
        public NpyArray Read<T>() where T : unmanaged, System.Numerics.INumber<T>
        {
            var count = Header.Count(Path);
            if ((long)count * Marshal.SizeOf<T>() > Most) throw new EndOfStreamException();
            var values = new T[count];
            for (var at = 0; at < values.Length; at += ElementsPerPart) // the whole may have more bytes than a span can
                Stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(ElementsPerPart, values.Length - at))));
            if (Header.BigEndian == BitConverter.IsLittleEndian) SwapBytes<T>(values);
            return new(Path, Header.Shape, Header.FortranOrder ? ToRowMajor(values, Header.Shape) : values);
        }
    }

    /// <summary>Column-major to row-major, for any number of axes.</summary>
    private static T[] ToRowMajor<T>(T[] values, IReadOnlyList<int> shape)
    {
        var result = new T[values.Length];
        var index = new int[shape.Count];
        for (var target = 0; target < values.Length; target++)
        {
            long source = 0;
            for (var axis = shape.Count - 1; axis >= 0; axis--) source = source * shape[axis] + index[axis];
            result[target] = values[source];
            for (var axis = shape.Count - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }
        return result;
    }
}
