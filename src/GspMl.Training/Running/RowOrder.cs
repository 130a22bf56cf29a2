namespace GspMl.Training.Running;

/// <summary>Which rows are held back, and in which order the others come.</summary>
internal sealed class RowOrder
{
    private readonly int seed;

    public RowOrder(int rows, double heldBack, int seed)
    {
        this.seed = seed;
        // Spread over the data, in whatever order it lies.
        var every = heldBack > 0 ? Math.Max(2, (int)Math.Round(1 / heldBack)) : int.MaxValue;
        HeldBack = rows < 2 ? [] : [.. Enumerable.Range(0, rows).Where(row => row % every == every - 1)];
        Fitted = [.. Enumerable.Range(0, rows).Except(HeldBack)];
    }

    public int[] HeldBack { get; }

    public int[] Fitted { get; }

    /// <summary>The rows of an epoch, and the draws of their variations: the same for the same seed, whatever ran before.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="multiple">Their number is a multiple of it: the last batch is filled up with rows of the first ones.</param>
    public (int[] Rows, Random Random) Epoch(int epoch, int multiple = 1)
    {
        var random = new Random(unchecked((seed * 1_000_003) + epoch));
        var rows = Fitted.ToArray();
        random.Shuffle(rows);
        var missing = (multiple - (rows.Length % multiple)) % multiple;
        return ([.. rows, .. Enumerable.Range(0, missing).Select(i => rows[i % rows.Length])], random);
    }
}
