namespace GspMl.Onnx.Calibration;

/// <summary>What was seen of each filter of a layer while <see cref="OutputSensitivity"/> changes one filter in each row.</summary>
/// <param name="filters">Filters of the layer.</param>
internal sealed class FilterTally(int filters)
{
    // Few rows say little of a filter: it is drawn to what the layer as a whole shows, as if so many more rows had shown that.
    private const double RowsOfTheWhole = 8;

    private readonly double[] inner = new double[filters];
    private readonly double[] outer = new double[filters];
    private readonly int[] counts = new int[filters];
    private readonly List<int> rows = [];
    private int next;

    /// <summary>The filter whose turn it is.</summary>
    public int Next() => next++ % filters;

    /// <summary>Notes for the next row which filter was changed in it, and the mean square of the change.</summary>
    public void AddFilter(int filter, double change)
    {
        inner[filter] += change;
        counts[filter]++;
        rows.Add(filter);
    }

    /// <summary>Notes what the changes of the rows since the last call did to the model's outputs.</summary>
    public void AddOutputs(FloatTensor before, FloatTensor after)
    {
        var length = before.Values.Length / rows.Count;
        for (var i = 0; i < before.Values.Length; i++)
        {
            var change = (double)after.Values[i] - before.Values[i];
            outer[rows[i / length]] += change * change;
        }
        rows.Clear();
    }

    /// <summary>Squared change of the outputs for a unit squared change of each filter.</summary>
    /// <param name="gains">What multiplies each filter's output behind the layer: behind it, without further knowledge, all filters count alike.</param>
    public double[] Sensitivities(IReadOnlyList<double> gains)
    {
        var squares = gains.Select(gain => gain * gain).ToArray();
        var behind = inner.Zip(squares, (change, square) => change * square).Sum();
        var whole = behind > 0 ? outer.Sum() / behind : 0;
        return [.. Enumerable.Range(0, filters).Select(r =>
        {
            var own = inner[r] > 0 ? counts[r] * outer[r] / inner[r] : 0;
            return (own + (RowsOfTheWhole * whole * squares[r])) / ((inner[r] > 0 ? counts[r] : 0) + RowsOfTheWhole);
        })];
    }
}
