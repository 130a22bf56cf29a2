namespace GspMl.Projection.Kernels;

/// <summary>Some rows of some neighbouring columns of a row-major matrix, and of their weights.</summary>
/// <param name="values">The first row.</param>
/// <param name="weights">The same of the weights; or one weight for each row; or null.</param>
/// <param name="stride">Elements from a row to the next.</param>
/// <param name="weightStride">The same of the weights: 1 if the columns share them.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="columns">The number of columns.</param>
internal readonly unsafe struct ColumnRows<T>(T* values, T* weights, long stride, long weightStride, int rows, int columns)
    where T : unmanaged
{
    public readonly T* Values = values, Weights = weights;
    public readonly long Stride = stride, WeightStride = weightStride;
    public readonly int Rows = rows, Columns = columns;

    /// <summary>The rows from a number on.</summary>
    public ColumnRows<T> From(int row) => new(Values + row * Stride, Weights == null ? null : Weights + row * WeightStride, Stride,
        WeightStride, Rows - row, Columns);
}

/// <summary>Whose the weights of a matrix's columns are; a type parameter.</summary>
internal interface IOwning
{
    /// <summary>Whether there are any.</summary>
    static abstract bool Weighted { get; }

    /// <summary>Whether each entry has its own, and not each row.</summary>
    static abstract bool Owns { get; }
}

/// <summary>There are none.</summary>
internal readonly struct OwnsNone : IOwning
{
    public static bool Weighted => false;

    public static bool Owns => false;
}

/// <summary>The columns share those of the rows.</summary>
internal readonly struct Shares : IOwning
{
    public static bool Weighted => true;

    public static bool Owns => false;
}

/// <summary>Each entry has its own.</summary>
internal readonly struct OwnsEach : IOwning
{
    public static bool Weighted => true;

    public static bool Owns => true;
}
