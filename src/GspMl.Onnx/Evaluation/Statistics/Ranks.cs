namespace GspMl.Onnx.Evaluation.Statistics;

/// <summary>Ranks of numbers, and how two rankings go together.</summary>
internal static class Ranks
{
    /// <summary>From 1 up; equal numbers share the mean of their ranks. O(n log n) time.</summary>
    public static double[] Of(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && values[order[end]] == values[order[first]]) end++;
            for (var i = first; i < end; i++) ranks[order[i]] = (first + 1 + end) / 2.0;
            first = end;
        }
        return ranks;
    }

    /// <summary>
    /// Pearson's correlation with weights w: Σ w·(x − x̄)(y − ȳ) / √(Σ w·(x − x̄)² · Σ w·(y − ȳ)²), the means weighted too. Of ranks it is
    /// Spearman's. NaN where one of them does not vary.
    /// </summary>
    public static double Correlation(double[] x, double[] y, double[] weights)
    {
        double all = 0, meanX = 0, meanY = 0;
        for (var i = 0; i < x.Length; i++)
            (all, meanX, meanY) = (all + weights[i], meanX + (weights[i] * x[i]), meanY + (weights[i] * y[i]));
        (meanX, meanY) = (meanX / all, meanY / all);
        double both = 0, squareX = 0, squareY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            both += weights[i] * dx * dy;
            squareX += weights[i] * dx * dx;
            squareY += weights[i] * dy * dy;
        }
        return both / Math.Sqrt(squareX * squareY);
    }
}
