namespace GspMl.Onnx.Patterns;

/// <summary>
/// What of a layer's weights goes or stays together: units of equal size, in cells of which each keeps the same number of units. Columns:
/// a unit is a channel of a block of filters, a cell the block. n:m: a unit is a weight, a cell are m of them. Blocks: a unit is a block,
/// and the layer one cell.
/// </summary>
internal sealed class PatternLayout
{
    private readonly int[] units;
    private readonly int cellSize;
    private (LayerShape Shape, int Block)? columns;

    private PatternLayout(int[] units, int cellSize, int step)
    {
        (this.units, this.cellSize, Step) = (units, cellSize, step);
        Units = units.Max() + 1;
    }

    /// <summary>Units of the layer; those of a cell follow each other.</summary>
    public int Units { get; }

    /// <summary>Weights of a unit.</summary>
    public int UnitSize => units.Length / Units;

    /// <summary>Cells of the layer.</summary>
    public int Cells => Units / cellSize;

    /// <summary>Units of a cell.</summary>
    public int CellSize => cellSize;

    /// <summary>What the number of units that a cell keeps is a multiple of.</summary>
    public int Step { get; }

    /// <summary>Weights that stay or go when every cell keeps a step more or less.</summary>
    public long StepWeights => (long)Step * Cells * UnitSize;

    /// <summary>The unit of each weight, filters × inputs.</summary>
    public ReadOnlySpan<int> UnitOf => units;

    /// <param name="shape">The layer.</param>
    /// <param name="unit">From filter, channel and kernel position to the unit.</param>
    /// <param name="cellSize">Units of a cell.</param>
    /// <param name="step">What the number of units kept is a multiple of.</param>
    public static PatternLayout Of(LayerShape shape, Func<int, int, int, int> unit, int cellSize, int step)
    {
        var units = new int[shape.Filters * shape.Inputs];
        var at = 0;
        for (var filter = 0; filter < shape.Filters; filter++)
            for (var channel = 0; channel < shape.Channels; channel++)
                for (var tap = 0; tap < shape.Taps; tap++) units[at++] = unit(filter, channel, tap);
        return new(units, cellSize, step);
    }

    /// <summary>
    /// The layout of blocks of filters, each of which keeps channels of its own choice; <see cref="Arranged"/> may put other filters
    /// together.
    /// </summary>
    /// <param name="shape">The layer.</param>
    /// <param name="block">Filters of a block; divides their number.</param>
    /// <param name="step">What the number of channels kept is a multiple of.</param>
    public static PatternLayout Columns(LayerShape shape, int block, int step)
        => Columns(shape, block, step, [.. Enumerable.Range(0, shape.Filters)]);

    private static PatternLayout Columns(LayerShape shape, int block, int step, int[] order)
    {
        var blocks = new int[shape.Filters];
        for (var i = 0; i < order.Length; i++) blocks[order[i]] = i / block;
        var layout = Of(shape, (filter, channel, _) => (blocks[filter] * shape.Channels) + channel, cellSize: shape.Channels, step);
        layout.columns = (shape, block);
        return layout;
    }

    /// <summary>The layout whose blocks hold the filters that want the same channels, where that is worth it; else this one.</summary>
    /// <param name="scores">One number of at least 0 for each weight, filters × inputs.</param>
    /// <param name="keep">How many weights stay.</param>
    public PatternLayout Arranged(ReadOnlySpan<float> scores, long keep)
    {
        if (columns is not var (shape, block)) return this;
        var worth = new float[shape.Filters * shape.Channels];
        for (var i = 0; i < scores.Length; i++) worth[i / shape.Taps] += scores[i];
        var order = FilterOrder.Of(worth, shape.Filters, block, (int)(AtMost(keep) / ((long)Cells * UnitSize)));
        return order is null ? this : Columns(shape, block, Step, order);
    }

    /// <summary>The most weights that can stay without being more than <paramref name="keep"/>.</summary>
    public long AtMost(long keep) => keep / StepWeights * StepWeights;

    /// <summary>The worth of each unit: the sum over its weights.</summary>
    public float[] Sums(ReadOnlySpan<float> scores)
    {
        var sums = new float[Units];
        for (var i = 0; i < scores.Length; i++) sums[units[i]] += scores[i];
        return sums;
    }

    /// <summary>Marks the weights that stay: of each cell the units of highest sums.</summary>
    /// <param name="scores">One number of at least 0 for each weight, filters × inputs.</param>
    /// <param name="keep">How many weights stay; what the pattern cannot reach is rounded down.</param>
    /// <param name="kept">True where a weight stays.</param>
    public void Mark(ReadOnlySpan<float> scores, long keep, Span<bool> kept)
    {
        var best = Best(Sums(scores), (int)(AtMost(keep) / ((long)Cells * UnitSize)));
        for (var i = 0; i < kept.Length; i++) kept[i] = best[units[i]];
    }

    /// <summary>The units of highest worth of each cell.</summary>
    public bool[] Best(ReadOnlySpan<float> sums, int quota)
    {
        var best = new bool[Units];
        for (var first = 0; first < Units; first += cellSize)
            LargestOf(sums.Slice(first, cellSize), quota, best.AsSpan(first, cellSize));
        return best;
    }

    private static void LargestOf(ReadOnlySpan<float> sums, int quota, Span<bool> best)
    {
        // Sorting is quicker than the two passes over bins of LargestEntries while there are few.
        if (sums.Length > 1 << 14)
        {
            LargestEntries.Mark(sums, quota, best);
            return;
        }
        Span<float> keys = sums.Length <= 64 ? stackalloc float[sums.Length] : new float[sums.Length];
        Span<int> order = sums.Length <= 64 ? stackalloc int[sums.Length] : new int[sums.Length];
        for (var i = 0; i < order.Length; i++) (keys[i], order[i]) = (-sums[i], i);
        if (order.Length <= 64) InsertionSort(keys, order);
        else keys.Sort(order);
        foreach (var unit in order[..Math.Min(quota, order.Length)]) best[unit] = true;
    }

    private static void InsertionSort(Span<float> keys, Span<int> order)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            var (key, entry) = (keys[i], order[i]);
            var j = i - 1;
            for (; j >= 0 && keys[j] > key; j--) (keys[j + 1], order[j + 1]) = (keys[j], order[j]);
            (keys[j + 1], order[j + 1]) = (key, entry);
        }
    }
}
