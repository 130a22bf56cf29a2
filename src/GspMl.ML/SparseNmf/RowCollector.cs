using GspMl.Factorization;
using GspMl.ML.Rows;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>
/// Takes rows into memory in one read: dense where the first row is dense, else in compressed rows. Gives up beyond a bound, so that
/// data of unknown length cannot fill the memory.
/// </summary>
internal static class RowCollector
{
    /// <summary>The data; null where they hold more than <paramref name="mostValues"/> numbers (for sparse rows, values and their indices).</summary>
    public static DataMatrix<float>? Collect(VectorRows rows, long mostValues, CancellationToken cancel)
    {
        IRows? kept = null;
        var limit = (int)Math.Min(mostValues, Array.MaxLength);
        foreach (var row in rows.Read(cancel))
        {
            kept ??= row.IsDense ? new DenseRows(rows.Size, rows.Count, limit) : new SparseRows(rows.Size, limit);
            if (!kept.TryAdd(row)) return null;
        }
        return kept?.ToData() ?? throw new InvalidOperationException("There are no rows to fit the factorisation to.");
    }

    private interface IRows
    {
        bool TryAdd(in VBuffer<float> row);

        DataMatrix<float> ToData();
    }

    private sealed class DenseRows(int size, long? expected, int limit) : IRows
    {
        private float[] values = new float[Math.Min(limit, (expected ?? 1) * size)];
        private int count;

        public bool TryAdd(in VBuffer<float> row)
        {
            var needed = ((long)count + 1) * size;
            if (needed > limit) return false;
            Grow(ref values, needed, limit);
            row.CopyTo(values.AsSpan(count++ * size, size));
            return true;
        }

        public DataMatrix<float> ToData() => new DenseData<float>(values.AsMemory(0, count * size), count, size);
    }

    private sealed class SparseRows(int size, int limit) : IRows
    {
        private readonly List<int> starts = [0];
        private int[] slots = [];
        private float[] values = [];
        private int count;

        public bool TryAdd(in VBuffer<float> row)
        {
            var stored = row.GetValues();
            if (2L * (count + stored.Length) > limit) return false;
            Grow(ref slots, count + stored.Length, limit / 2);
            Grow(ref values, count + stored.Length, limit / 2);
            for (var i = 0; i < stored.Length; i++)
            {
                if (stored[i] == 0) continue;
                slots[count] = row.IsDense ? i : row.GetIndices()[i];
                values[count++] = stored[i];
            }
            starts.Add(count);
            return true;
        }

        public DataMatrix<float> ToData() => new SparseData<float>(starts.Count - 1, size, [.. starts], slots, values);
    }

    /// <summary>Makes room for at least <paramref name="needed"/> entries, half as much again as there were, and never for more than the bound.</summary>
    private static void Grow<T>(ref T[] array, long needed, int limit)
    {
        if (needed > array.Length) Array.Resize(ref array, (int)Math.Min(limit, Math.Max(needed, (array.Length * 3L / 2) + 16)));
    }
}
