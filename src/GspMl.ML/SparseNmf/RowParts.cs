using GspMl.Factorization;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Rows that are gathered until there are enough of them for one part of the data.</summary>
internal interface IRowPart
{
    /// <summary>False when the part must be taken before this row can be added. A part without rows has room for any row.</summary>
    bool HasRoom(in VBuffer<float> row);

    /// <summary>Adds a row and returns how many numbers that keeps in memory.</summary>
    long Add(in VBuffer<float> row);

    /// <summary>What was gathered, valid until the next row is added: that begins anew in the same memory.</summary>
    DataMatrix<float> Lend();

    /// <summary>Hands over what was gathered with its memory and begins anew.</summary>
    DataMatrix<float> Take();
}

internal static class RowParts
{
    /// <summary>For rows like this one.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="size">The slots of every row.</param>
    /// <param name="expected">The number of rows, where it is known.</param>
    public static IRowPart For(in VBuffer<float> row, int size, long? expected) =>
        row.IsDense ? new DenseRowPart(size, expected) : new SparseRowPart(size);
}

/// <summary>Rows one after the other. Parts are a multiple of 128 rows, with which the products over parts have the bits of one matrix.</summary>
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

    /// <summary>All that are still to come where their number is known, else as many as the part before, or twice as many as there are.</summary>
    private int RowsToHold() => (int)Math.Min(capacity, expected is null || ahead <= count ? Math.Max(full, (2L * count) + 16) : ahead);
}

/// <summary>Rows of which the values that are not 0 are kept with their slots.</summary>
internal sealed class SparseRowPart(int size) : IRowPart
{
    private const int MostValues = 1 << 21;
    private readonly List<int> starts = [0];
    private int[] slots = [];
    private float[] values = [];
    private int count, full;

    public bool HasRoom(in VBuffer<float> row) => count == 0 || count + row.GetValues().Length <= MostValues;

    public long Add(in VBuffer<float> row)
    {
        var stored = row.GetValues();
        var before = count;
        if (count + stored.Length > values.Length) Grow(count + stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            if (stored[i] == 0) continue;
            slots[count] = row.IsDense ? i : row.GetIndices()[i];
            values[count++] = stored[i];
        }
        starts.Add(count);
        return 2L * (count - before);
    }

    public DataMatrix<float> Lend()
    {
        var data = new SparseData<float>(starts.Count - 1, size, [.. starts], slots, values);
        starts.RemoveRange(1, starts.Count - 1);
        count = 0;
        return data;
    }

    public DataMatrix<float> Take()
    {
        var data = Lend();
        (slots, values, full) = ([], [], values.Length);
        return data;
    }

    /// <summary>To the length of the part before, or twice as long.</summary>
    private void Grow(int needed)
    {
        var length = Math.Max(needed, Math.Min(MostValues, Math.Max(full, (2 * values.Length) + 16)));
        Array.Resize(ref slots, length);
        Array.Resize(ref values, length);
    }
}
