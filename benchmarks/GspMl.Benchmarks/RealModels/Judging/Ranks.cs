namespace GspMl.Benchmarks.RealModels.Judging;

/// <summary>Whether two lists of numbers have the same order.</summary>
internal static class Ranks
{
    /// <summary>Spearman's ρ; there are no ties to speak of.</summary>
    public static double Correlation(double[] a, double[] b)
    {
        var (x, y) = (Of(a), Of(b));
        var mean = (a.Length - 1) / 2.0;
        var (xy, xx) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++) (xy, xx) = (xy + ((x[i] - mean) * (y[i] - mean)), xx + ((x[i] - mean) * (x[i] - mean)));
        return xy / xx;
    }

    private static double[] Of(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var rank = 0; rank < order.Length; rank++) ranks[order[rank]] = rank;
        return ranks;
    }
}
