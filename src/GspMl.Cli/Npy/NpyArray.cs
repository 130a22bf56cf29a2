namespace GspMl.Cli.Npy;

/// <summary>An array read from an NPY file, in C order whatever the file's order was.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Shape">Extent of each axis.</param>
/// <param name="Values">The elements: float[], double[], long[], int[] or byte[].</param>
internal sealed record NpyArray(string Path, IReadOnlyList<int> Shape, Array Values)
{
    /// <summary>The shape as NumPy writes it, for messages.</summary>
    public string ShapeText => Text(Shape);

    /// <inheritdoc cref="ShapeText"/>
    public static string Text(IReadOnlyList<int> shape) => $"({string.Join(", ", shape)}{(shape.Count == 1 ? "," : "")})";

    /// <summary>The elements as <typeparamref name="T"/>: the array itself where it has that type, else a converted copy.</summary>
    public T[] As<T>() where T : unmanaged, System.Numerics.INumber<T> => Values switch
    {
        T[] same => same,
        float[] values => Array.ConvertAll(values, T.CreateChecked),
        double[] values => Array.ConvertAll(values, T.CreateSaturating),
        long[] values => Array.ConvertAll(values, T.CreateChecked),
        int[] values => Array.ConvertAll(values, T.CreateChecked),
        byte[] values => Array.ConvertAll(values, T.CreateChecked),
        _ => throw new InvalidOperationException($"{Values.GetType()} is not an element type of NPY files."),
    };
}
