namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// By how much a variant drifts more than the first one, on the same rows: the mean over rows of the difference, and its standard error.
/// Rows that are hard for every variant cancel out, so it tells apart what the means alone do not.
/// </summary>
/// <param name="Mean">Relative to the first variant's mean: −0.1 is a tenth less.</param>
/// <param name="Error">Standard error of <paramref name="Mean"/> over rows; it does not see that other calibration rows would give other
/// fits.</param>
internal sealed record PairedDifference(double Mean, double Error)
{
    /// <summary>Over several cells (models, fractions of zeros) of the same rows, each relative to its own first mean.</summary>
    /// <param name="cells">For each cell the rows' drifts of the first variant and of the other.</param>
    public static PairedDifference Of(IReadOnlyList<(double[] First, double[] Other)> cells)
    {
        var rows = new double[cells[0].First.Length];
        foreach (var (first, other) in cells)
        {
            var mean = Math.Max(first.Average(), double.Epsilon);
            for (var row = 0; row < rows.Length; row++) rows[row] += (other[row] - first[row]) / mean / cells.Count;
        }
        var difference = rows.Average();
        var variance = rows.Sum(row => (row - difference) * (row - difference)) / (rows.Length - 1);
        return new(difference, Math.Sqrt(variance / rows.Length));
    }

    /// <summary>In percent.</summary>
    public override string ToString() => $"{100 * Mean:+0.0;−0.0} ± {100 * Error:0.0} %";
}
