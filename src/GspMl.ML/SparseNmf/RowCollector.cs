using GspMl.Factorization;
using GspMl.ML.Rows;

namespace GspMl.ML;

/// <summary>
/// Takes rows into memory in one read: dense where the first row is dense, else in compressed rows. The rows are kept in parts, so that
/// nothing is copied when their number turns out larger. Gives up beyond a bound, so that data of unknown length cannot fill the memory.
/// </summary>
internal static class RowCollector
{
    /// <summary>
    /// The data; null where they hold more than <paramref name="mostValues"/> numbers (for sparse rows, values and their indices).
    /// </summary>
    public static DataMatrix<float>? Collect(VectorRows rows, long mostValues, CancellationToken cancel)
    {
        List<DataMatrix<float>> parts = [];
        IRowPart? part = null;
        var left = mostValues;
        foreach (var row in rows.Read(cancel))
        {
            part ??= RowParts.For(row, rows.Size, rows.Count);
            if (!part.HasRoom(row)) parts.Add(part.Take());
            left -= part.Add(row);
            if (left < 0) return null;
        }
        if (part is null) throw new InvalidOperationException("There are no rows to fit the factorisation to.");
        parts.Add(part.Take());
        return parts is [var only] ? only : new StackedData<float>(parts);
    }
}
