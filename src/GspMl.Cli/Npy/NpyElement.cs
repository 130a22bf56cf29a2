using System.Numerics;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Npy;

/// <summary>Reads elements whose type only the file tells.</summary>
internal interface INpyElementReader<out TResult>
{
    TResult Read<T>() where T : unmanaged, INumber<T>;
}

/// <summary>The element types of NPY files that are read, by NumPy's letter and size in bytes.</summary>
internal static class NpyElement
{
    /// <summary>Truth values: a byte each, 0 or 1.</summary>
    public const string Bool = "b1";

    /// <summary>Has the elements read as what they are; truth values as bytes.</summary>
    /// <exception cref="CommandException">They are of another type.</exception>
    public static TResult Read<TResult>(string path, NpyHeader header, INpyElementReader<TResult> reader) => header.Kind switch
    {
        "f2" => reader.Read<Half>(),
        "f4" => reader.Read<float>(),
        "f8" => reader.Read<double>(),
        "i1" => reader.Read<sbyte>(),
        "i2" => reader.Read<short>(),
        "i4" => reader.Read<int>(),
        "i8" => reader.Read<long>(),
        "u1" or Bool => reader.Read<byte>(),
        "u2" => reader.Read<ushort>(),
        "u4" => reader.Read<uint>(),
        "u8" => reader.Read<ulong>(),
        "O" => throw CommandException.Input($"{path}: holds Python objects, which are not read; save arrays of numbers, rows of different "
            + "lengths padded to one."),
        _ => throw CommandException.Input($"{path}: element type '{header.Kind}' is not read; float16 to float64, int8 to int64, uint8 to "
            + "uint64 and bool are."),
    };
}
