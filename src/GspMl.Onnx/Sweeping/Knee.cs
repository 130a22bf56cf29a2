namespace GspMl.Onnx.Sweeping;

/// <summary>
/// Where a curve of quality against zeros bends: the level that lies farthest on the better side of the straight line (the chord) from the
/// dense model to the sparsest level, zeros and quality both scaled to [0,1] between these two (Satopää et al. 2011, "Finding a kneedle in
/// a haystack").
/// </summary>
internal static class Knee
{
    /// <summary>The levels of a curve, the one marked at which it bends.</summary>
    /// <param name="curve">The levels, amounts ascending.</param>
    /// <param name="amount">The dense model's amount.</param>
    /// <param name="dense">Its quality.</param>
    public static IEnumerable<SweepLevel> Marked(IReadOnlyList<SweepLevel> curve, double amount, SweepQuality dense)
    {
        var knee = Of([amount, .. curve.Select(level => level.Amount)], [dense.Dense.Value, .. curve.Select(level => level.Quality.Value)],
            dense.Measure == SweepMeasure.RelativeError);
        return curve.Select((level, i) => level with { IsKnee = i == knee });
    }

    /// <param name="zeros">Zeros of the dense model, and behind it of the levels, ascending.</param>
    /// <param name="quality">Their quality.</param>
    /// <param name="lessIsBetter">Whether it is an error.</param>
    /// <returns>The number of the level, from 0; null where quality does not get worse, or no level lies off the chord.</returns>
    public static int? Of(IReadOnlyList<double> zeros, IReadOnlyList<double> quality, bool lessIsBetter)
    {
        var sign = lessIsBetter ? -1 : 1;
        var (width, fall) = (zeros[^1] - zeros[0], sign * (quality[0] - quality[^1]));
        if (!(width > 0 && fall > 0)) return null;
        var best = (Level: -1, Distance: 1e-9);
        for (var i = 1; i < zeros.Count - 1; i++)
        {
            var distance = (sign * (quality[i] - quality[^1]) / fall) - (1 - ((zeros[i] - zeros[0]) / width));
            if (distance > best.Distance) best = (i - 1, distance);
        }
        return best.Level < 0 ? null : best.Level;
    }
}
