using GspMl.Factorization;
using Microsoft.ML.Data;

namespace GspMl.ML;

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
