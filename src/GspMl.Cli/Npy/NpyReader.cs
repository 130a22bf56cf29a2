using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Npy;

/// <summary>Reads NPY files, gzipped ones (<c>.npy.gz</c>) too.</summary>
internal static class NpyReader
{
    private const int ElementsPerPart = 1 << 20;

    /// <summary>Reads the whole array of float32, float64, int64, int32 or uint8 elements.</summary>
    /// <exception cref="CommandException">The file is missing, is not NPY, is cut short, or holds another element type.</exception>
    public static NpyArray Read(string path)
    {
        try
        {
            using var stream = InputFile.Open(path);
            return Read(path, stream);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>Whether a stream threw because of what is in the file.</summary>
    public static bool IsDamage(Exception e) => e is EndOfStreamException or InvalidDataException;

    /// <summary>The error that names the file.</summary>
    public static CommandException Damaged(string path, Exception e) =>
        CommandException.Input($"{path}: {(e is EndOfStreamException ? "the file ends before its array does." : e.Message)}");

    private static NpyArray Read(string path, Stream stream)
    {
        var header = ReadHeader(path, stream);
        return header.Kind switch
        {
            "f4" => Elements<float>(path, stream, header),
            "f8" => Elements<double>(path, stream, header),
            "i8" => Elements<long>(path, stream, header),
            "i4" => Elements<int>(path, stream, header),
            "u1" => Elements<byte>(path, stream, header),
            _ => throw OtherType(path, header),
        };
    }

    public static CommandException OtherType(string path, NpyHeader header) =>
        CommandException.Input($"{path}: element type '{header.Kind}' is not read; float32, float64, int64, int32 and uint8 are.");

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
        stream.ReadExactly(head);
        if (head[0] != 0x93 || !head[1..6].SequenceEqual("NUMPY"u8) || head[6] is < 1 or > 3)
            throw CommandException.Input($"{path}: not an NPY file (its first bytes are not NumPy's).");

        Span<byte> length = stackalloc byte[head[6] == 1 ? 2 : 4];
        stream.ReadExactly(length);
        var size = length.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (size > 1 << 20) throw CommandException.Input($"{path}: an NPY header of {size} bytes is not believed.");
        var text = new byte[size];
        stream.ReadExactly(text);
        return NpyHeader.Parse(path, Encoding.UTF8.GetString(text));
    }

    private static NpyArray Elements<T>(string path, Stream stream, NpyHeader header) where T : unmanaged
    {
        var values = new T[header.Count(path)];
        for (var at = 0; at < values.Length; at += ElementsPerPart) // the whole may have more bytes than a span can
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(ElementsPerPart, values.Length - at))));
        if (header.BigEndian == BitConverter.IsLittleEndian) SwapBytes<T>(values);
        return new(path, header.Shape, header.FortranOrder ? ToRowMajor(values, header.Shape) : values);
    }

    public static void SwapBytes<T>(Span<T> values) where T : unmanaged
    {
        foreach (ref var value in values) MemoryMarshal.AsBytes(new Span<T>(ref value)).Reverse();
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
