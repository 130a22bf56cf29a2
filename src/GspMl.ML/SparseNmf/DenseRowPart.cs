using GspMl.Factorization;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>
/// Rows one after the other. Parts are a multiple of 128 rows, with which the products over parts have the bits of one matrix.
/// </summary>
internal sealed class DenseRowPart(int size, long? expected) : IRowPart
{
    private const int MostValues = 1 << 22, Multiple = 128;
    private readonly int capacity = Math.Max(1, MostValues / size / Multiple) * Multiple;
    private long ahead = expected ?? long.MaxValue;
    private float[] values = [];
    private int count, full;

    public bool HasRoom(in VBuffer<float> row) => count < capacity;

    public long Add(in VBuffer<float> row)
    {
        if (count * size == values.Length) Array.Resize(ref values, RowsToHold() * size);
        row.CopyTo(values.AsSpan(count++ * size, size));
        return size;
    }

    public DataMatrix<float> Lend()
    {
        var data = new DenseData<float>(values.AsMemory(0, count * size), count, size);
        ahead -= count;
        count = 0;
        return data;
    }

    public DataMatrix<float> Take()
    {
        var data = Lend();
        (values, full) = ([], data.Samples);
        return data;
    }

    /// <summary>
    /// All that are still to come where their number is known, else as many as the part before, or twice as many as there are.
    /// </summary>
    private int RowsToHold() => (int)Math.Min(capacity, expected is null || ahead <= count ? Math.Max(full, (2L * count) + 16) : ahead);
}
