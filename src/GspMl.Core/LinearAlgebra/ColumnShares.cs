namespace GspMl.LinearAlgebra;

/// <summary>
/// The columns of a matrix in compressed rows, cut into ranges of about as many stored values each, and where each row is cut by them: what
/// lets several threads add up a transposed product from the rows, each for columns of its own. Memory: at most half of the matrix' own.
/// </summary>
internal sealed class ColumnShares
{
    private readonly int[] boundaries;
    private readonly int[] cuts;

    /// <summary>Cost: two passes over the indices.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="starts">Where each row begins among the indices, and the end.</param>
    /// <param name="indices">The columns of the stored values, rising within a row.</param>
    /// <param name="wanted">The number of shares; fewer where rows are short.</param>
    public ColumnShares(int columns, int[] starts, int[] indices, int wanted)
    {
        Rows = starts.Length - 1;
        var room = Math.Min(starts[^1], Array.MaxLength) / Rows - 1; // a cut takes half the bytes of a float and its index
        Count = Math.Clamp(wanted, 1, Math.Max(1, room));
        boundaries = Boundaries(columns, indices.AsSpan(0, starts[^1]), Count);
        cuts = Cut(starts, indices);
    }

    public int Count { get; }

    public int Rows { get; }

    /// <summary>The columns of a share.</summary>
    public (int First, int End) Columns(int share) => (boundaries[share], boundaries[share + 1]);

    /// <summary>The stored values of a row that belong to a share.</summary>
    public (int Start, int End) Values(int row, int share) => (cuts[row * (Count + 1) + share], cuts[row * (Count + 1) + share + 1]);

    private static int[] Boundaries(int columns, ReadOnlySpan<int> indices, int count)
    {
        var stored = new int[columns];
        foreach (var column in indices) stored[column]++;
        var boundaries = new int[count + 1];
        var (share, before) = (1, 0L);
        for (var j = 0; j < columns && share < count; j++)
        {
            before += stored[j];
            while (share < count && before * count >= (long)indices.Length * share) boundaries[share++] = j + 1;
        }
        boundaries.AsSpan(share).Fill(columns);
        return boundaries;
    }

    private int[] Cut(int[] starts, int[] indices)
    {
        var result = new int[Rows * (Count + 1)];
        for (int i = 0, at = 0; i < Rows; i++)
        {
            var p = starts[i];
            for (var share = 0; share <= Count; share++)
            {
                while (p < starts[i + 1] && indices[p] < boundaries[share]) p++;
                result[at++] = p;
            }
        }
        return result;
    }
}
