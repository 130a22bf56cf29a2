using System.Numerics;

namespace GspMl.Factorization;

/// <summary>The values of one row that are not 0, with their features; the memory is used again for the next row.</summary>
/// <typeparam name="T">The type of the row's values; here they are double.</typeparam>
internal sealed class SparseRow<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] features = [];
    private double[] values = [];
    private int count;

    public ReadOnlySpan<int> Features => features.AsSpan(0, count);

    public ReadOnlySpan<double> Values => values.AsSpan(0, count);

    /// <summary>A dense row. Each value is written, and the next one over it where it is 0: a branch would be guessed wrong.</summary>
    public void Set(ReadOnlySpan<T> row)
    {
        Reserve(row.Length);
        var (slots, numbers, at) = (features, values, 0);
        for (var j = 0; j < row.Length; j++)
        {
            slots[at] = j;
            numbers[at] = double.CreateTruncating(row[j]);
            at += row[j] != T.Zero ? 1 : 0;
        }
        count = at;
    }

    /// <summary>A sparse row, of which zeros that are stored are left out.</summary>
    public void Set(ReadOnlySpan<int> rowFeatures, ReadOnlySpan<T> rowValues)
    {
        Reserve(rowValues.Length);
        var at = 0;
        for (var p = 0; p < rowValues.Length; p++)
        {
            features[at] = rowFeatures[p];
            values[at] = double.CreateTruncating(rowValues[p]);
            at += rowValues[p] != T.Zero ? 1 : 0;
        }
        count = at;
    }

    private void Reserve(int length)
    {
        if (values.Length >= length) return;
        features = new int[Math.Max(length, 2 * features.Length)];
        values = new double[features.Length];
    }
}
