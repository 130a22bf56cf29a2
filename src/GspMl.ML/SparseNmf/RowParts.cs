using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Which kind of part rows are gathered in.</summary>
internal static class RowParts
{
    /// <summary>For rows like this one.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="size">The slots of every row.</param>
    /// <param name="expected">The number of rows, where it is known.</param>
    public static IRowPart For(in VBuffer<float> row, int size, long? expected) =>
        row.IsDense ? new DenseRowPart(size, expected) : new SparseRowPart(size);
}
