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
    public (int[] Rows, Random Random) Epoch(int epoch)
    {
        var random = new Random(unchecked((seed * 1_000_003) + epoch));
        var rows = Fitted.ToArray();
        random.Shuffle(rows);
        return (rows, random);
    }
}
