namespace GspMl.Onnx;

/// <summary>How far one output of the candidate lies from the baseline's.</summary>
public sealed record OutputDrift
{
    /// <summary>The output's name.</summary>
    public required string Name { get; init; }

    /// <summary>The root mean square of all differences.</summary>
    public required double Rms { get; init; }

    /// <summary>The largest difference; NaN where one of the values is.</summary>
    public required double Max { get; init; }

    /// <summary>
    /// <see cref="Rms"/> as a part of how much the baseline's values themselves spread over the rows (the standard deviation of every
    /// output position, root mean square over them); null where they do not spread at all.
    /// </summary>
    public double? Relative { get; init; }

    /// <summary>The root mean square difference within a row, of the median row; null where the output has no rows.</summary>
    public double? MedianRow { get; init; }

    /// <summary>The same, of the row that 95 % of the rows do not exceed.</summary>
    public double? HighRow { get; init; }

    /// <summary>The number of the row with the largest one.</summary>
    public int? WorstRow { get; init; }

    /// <summary>O(values) time.</summary>
    internal static OutputDrift Of(OutputTensor baseline, OutputTensor candidate)
    {
        double largest = 0, squares = 0;
        for (var i = 0; i < baseline.Values.Count; i++)
        {
            var difference = Math.Abs((double)baseline.Values[i] - candidate.Values[i]);
            largest = Math.Max(largest, difference); // NaN on one side stays
            squares += difference * difference;
        }
        var rms = baseline.Compared == 0 ? 0 : Math.Sqrt(squares / baseline.Compared);
        var spread = Spread(baseline);
        var drift = new OutputDrift { Name = baseline.Name, Rms = rms, Max = largest, Relative = spread > 0 ? rms / spread : null };
        return baseline.RowLength == 0 ? drift : drift.WithRows(baseline, candidate);
    }

    private OutputDrift WithRows(OutputTensor baseline, OutputTensor candidate)
    {
        var length = baseline.RowLength;
        var rows = new double[baseline.Values.Count / length];
        for (var i = 0; i < rows.Length * length; i++)
            rows[i / length] += Math.Pow((double)baseline.Values[i] - candidate.Values[i], 2);
        for (var row = 0; row < rows.Length; row++) rows[row] = Math.Sqrt(rows[row] / length);
        var worst = Array.IndexOf(rows, double.IsNaN(Max) ? double.NaN : rows.Max());
        Array.Sort(rows);
        return this with { MedianRow = Latency.Median(rows), HighRow = rows[(int)Math.Ceiling(0.95 * rows.Length) - 1], WorstRow = worst };
    }

    private static double Spread(OutputTensor output)
    {
        var length = Math.Max(1, output.RowLength);
        var rows = output.Values.Count / length;
        double[] sum = new double[length], squares = new double[length];
        for (var i = 0; i < rows * length; i++)
        {
            sum[i % length] += output.Values[i];
            squares[i % length] += (double)output.Values[i] * output.Values[i];
        }
        var variance = 0.0;
        for (var j = 0; j < length && rows > 0; j++) variance += Math.Max(0, squares[j] / rows - sum[j] / rows * (sum[j] / rows));
        return Math.Sqrt(variance / length);
    }
}
