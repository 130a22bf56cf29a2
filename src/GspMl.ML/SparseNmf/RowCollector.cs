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
            kept ??= row.IsDense ? new DenseRows(rows.Size, limit) : new SparseRows(rows.Size, limit);
            if (!kept.TryAdd(row)) return null;
        }
        return kept?.ToData() ?? throw new InvalidOperationException("There are no rows to fit the factorisation to.");
    }

    private interface IRows
    {
        bool TryAdd(in VBuffer<float> row);

        DataMatrix<float> ToData();
    }

    private sealed class DenseRows(int size, int limit) : IRows
    {
        private float[] values = new float[size];
        private int count;

        public bool TryAdd(in VBuffer<float> row)
        {
            if (((long)count + 1) * size > limit) return false;
            if ((count + 1) * size > values.Length) Array.Resize(ref values, (int)Math.Min(limit, Math.Max(2L * values.Length, size)));
            row.CopyTo(values.AsSpan(count++ * size, size));
            return true;
        }

        public DataMatrix<float> ToData() => new DenseData<float>(values.AsMemory(0, count * size), count, size);
    }

    private sealed class SparseRows(int size, int limit) : IRows
    {
        private readonly List<int> starts = [0];
        private readonly List<int> indices = [];
        private readonly List<float> values = [];

        public bool TryAdd(in VBuffer<float> row)
        {
            var stored = row.GetValues();
            if (2L * (values.Count + stored.Length) > limit) return false;
            for (var i = 0; i < stored.Length; i++)
            {
                if (stored[i] == 0) continue;
                indices.Add(row.IsDense ? i : row.GetIndices()[i]);
                values.Add(stored[i]);
            }
            starts.Add(values.Count);
            return true;
        }

        public DataMatrix<float> ToData() => new SparseData<float>(starts.Count - 1, size, [.. starts], [.. indices], [.. values]);
    }
}
