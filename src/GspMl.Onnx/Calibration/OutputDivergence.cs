namespace GspMl.Onnx.Calibration;

/// <summary>How far a changed model's outputs are from the dense model's.</summary>
internal static class OutputDivergence
{
    /// <summary>
    /// Between class scores (two axes, more than one column): the mean over rows of the Kullback–Leibler divergence
    /// KL(softmax(dense) ‖ softmax(changed)). Between other outputs: the mean squared difference as a fraction of the dense outputs' variance.
    /// </summary>
    public static double Of(FloatTensor dense, FloatTensor changed)
        => dense.Shape is [_, > 1] ? KullbackLeibler(dense.Values, changed.Values, (int)dense.Shape[1]) : RelativeError(dense.Values, changed.Values);

    private static double KullbackLeibler(float[] dense, float[] changed, int classes)
    {
        var sum = 0.0;
        for (var row = 0; row < dense.Length; row += classes)
        {
            var p = LogSoftmax(dense.AsSpan(row, classes));
            var q = LogSoftmax(changed.AsSpan(row, classes));
            for (var c = 0; c < classes; c++) sum += Math.Exp(p[c]) * (p[c] - q[c]);
        }
        return sum / (dense.Length / classes);
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> scores)
    {
        var logs = new double[scores.Length];
        double largest = double.NegativeInfinity, sum = 0;
        foreach (var score in scores) largest = Math.Max(largest, score);
        foreach (var score in scores) sum += Math.Exp(score - largest);
        for (var c = 0; c < logs.Length; c++) logs[c] = scores[c] - largest - Math.Log(sum);
        return logs;
    }

    private static double RelativeError(float[] dense, float[] changed)
    {
        double error = 0, squares = 0, mean = dense.Length == 0 ? 0 : dense.Average(v => (double)v);
        for (var i = 0; i < dense.Length; i++)
        {
            error += Math.Pow((double)dense[i] - changed[i], 2);
            squares += Math.Pow(dense[i] - mean, 2);
        }
        return squares > 0 ? error / squares : error;
    }
}
