using System.Numerics;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Npy;

/// <summary>An array read from an NPY file, in C order whatever the file's order was.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Shape">Extent of each axis.</param>
/// <param name="Values">The elements: an array of a floating-point type, of whole numbers, or bool[].</param>
internal sealed record NpyArray(string Path, IReadOnlyList<int> Shape, Array Values)
{
    /// <summary>The shape as NumPy writes it, for messages.</summary>
    public string ShapeText => Text(Shape);

    /// <summary>Whether the elements are whole numbers or truth values.</summary>
    public bool HoldsIntegers => Values is not (float[] or double[] or Half[]);

    /// <inheritdoc cref="ShapeText"/>
    public static string Text(IReadOnlyList<int> shape) => $"({string.Join(", ", shape)}{(shape.Count == 1 ? "," : "")})";

    /// <summary>The elements as <typeparamref name="T"/>: the array itself where it has that type, else a converted copy.</summary>
    /// <exception cref="CommandException">An element is beyond the type's range.</exception>
    public T[] As<T>() where T : unmanaged, INumber<T>
    {
        if (Values.GetType() == typeof(T[])) return (T[])Values;
        try
        {
            return Converted<T>();
        }
        catch (OverflowException)
        {
            throw CommandException.Input($"{Path}: holds a number beyond the range of {typeof(T).Name}.");
        }
    }

    // By the type's code: to a pattern, an array of signed numbers is one of unsigned numbers too.
    private T[] Converted<T>() where T : unmanaged, INumber<T> => Type.GetTypeCode(Values.GetType().GetElementType()) switch
    {
        TypeCode.Single => Of<float, T>(T.CreateChecked),
        TypeCode.Double => Of<double, T>(T.CreateSaturating),
        TypeCode.SByte => Of<sbyte, T>(T.CreateChecked),
        TypeCode.Int16 => Of<short, T>(T.CreateChecked),
        TypeCode.Int32 => Of<int, T>(T.CreateChecked),
        TypeCode.Int64 => Of<long, T>(T.CreateChecked),
        TypeCode.Byte => Of<byte, T>(T.CreateChecked),
        TypeCode.UInt16 => Of<ushort, T>(T.CreateChecked),
        TypeCode.UInt32 => Of<uint, T>(T.CreateChecked),
        TypeCode.UInt64 => Of<ulong, T>(T.CreateChecked),
        TypeCode.Boolean => Of<bool, T>(value => value ? T.One : T.Zero),
        _ => Of<Half, T>(T.CreateChecked),
    };

    private T[] Of<TElement, T>(Converter<TElement, T> convert) => Array.ConvertAll((TElement[])Values, convert);
}
