namespace GspMl.Onnx.Evaluation.Statistics;

/// <summary>
/// The percentile bootstrap over rows (Efron 1979, Annals of Statistics 7, 1–26): rows are drawn anew with replacement, whole rows, so that
/// both models' answers to one row stay together. The same rows give the same interval.
/// </summary>
internal static class Bootstrap
{
    private const int Seed = 1;
    private const int MostResamples = 1000;
    private const int FewestResamples = 200;
    private const int DrawsInAll = 20_000_000;

    /// <summary>The mean of the rows. O(rows × resamples) time.</summary>
    public static Estimate OfMean(IReadOnlyList<double> rows)
        => OfRatio(rows, [.. Enumerable.Repeat(1.0, rows.Count)], ratio => ratio);

    /// <summary>
    /// A function of Σ numerators / Σ denominators: a measure over all values, of which each row brings its share. 0 / 0 counts as 0.
    /// </summary>
    public static Estimate OfRatio(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators, Func<double, double> measure)
    {
        double Of(double numerator, double denominator) => measure(numerator == 0 ? 0 : numerator / denominator);
        var value = Of(numerators.Sum(), denominators.Sum());
        return new(value, Interval(numerators.Count, drawn =>
        {
            double numerator = 0, denominator = 0;
            foreach (var row in drawn) (numerator, denominator) = (numerator + numerators[row], denominator + denominators[row]);
            return Of(numerator, denominator);
        }));
    }

    /// <summary>The interval of any measure of the rows that were drawn; null under two rows, or where the measure is no number.</summary>
    public static Interval? Interval(int rows, Func<int[], double> measure)
    {
        if (rows < 2) return null;
        var random = new Random(Seed);
        var drawn = new int[rows];
        var measures = new double[Math.Clamp(DrawsInAll / rows, FewestResamples, MostResamples)];
        for (var i = 0; i < measures.Length; i++)
        {
            for (var row = 0; row < rows; row++) drawn[row] = random.Next(rows);
            measures[i] = measure(drawn);
        }
        Array.Sort(measures);
        var tail = (int)(0.025 * measures.Length);
        return double.IsNaN(measures[0]) ? null : new(measures[tail], measures[^(tail + 1)]);
    }
}
