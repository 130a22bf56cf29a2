using System.Numerics.Tensors;

namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>
/// What the values of an output look like, over some hundred rows: whether they are probabilities, vectors of length 1, features behind a
/// ReLU, scores with one clear winner.
/// </summary>
/// <param name="output">The output; it has rows.</param>
internal sealed class ValueLook(OutputTensor output)
{
    private const int RowsSeen = 200;
    private const int PlacesSeen = 20_000;

    // Sums of float16 probabilities over some thousand classes are off by that much.
    private const double Rounding = 5e-3;

    // Features behind a ReLU are exactly zero for one in twenty values at the least.
    private const double ZerosOfFeatures = 0.05;

    // The winner of a classifier stands out from the second by the deviation of the others; among values without classes the two are close.
    private const double ClearGap = 1;

    // One place that wins nearly always is a large number, not a class.
    private const double MostOfOneWinner = 0.9;

    // Fewer rows do not tell.
    private const int RowsForClasses = 8;

    // Two scores of two classes go against each other.
    private const double OppositeScores = -0.5;

    private readonly float[] values = output.Array;

    private int Rows => Math.Min(RowsSeen, output.Rows);

    private ReadOnlySpan<float> Seen => values.AsSpan(0, Rows * output.RowLength);

    /// <summary>Whether all values lie in [0,1]; a NaN, which lies nowhere, is not counted.</summary>
    public bool IsWithinUnit()
    {
        foreach (var value in Seen)
            if (value is < 0 or > 1) return false;
        return true;
    }

    /// <summary>Whether the values along an axis are probabilities, or their logarithms, that add up to 1 wherever one looks.</summary>
    public bool IsDistribution(int axis, bool logarithms)
    {
        var places = new Positions(output, axis);
        if (places.Depth < 2) return false;
        var step = Math.Max(1, places.PerRow * Rows / PlacesSeen);
        for (var i = 0; i < places.PerRow * Rows; i += step)
            if (!AddsUp(places, i / places.PerRow, i % places.PerRow, logarithms)) return false;
        return true;
    }

    private static bool AddsUp(Positions places, int row, int place, bool logarithms)
    {
        var sum = 0.0;
        for (var at = 0; at < places.Depth; at++)
        {
            double value = places[row, place, at];
            if (logarithms) value = Math.Exp(value);
            if (!(value is >= 0 and <= 1 + Rounding)) return false;
            sum += value;
        }
        return Math.Abs(sum - 1) < Rounding;
    }

    /// <summary>Whether every row has length 1.</summary>
    public bool HasUnitLength() => Enumerable.Range(0, Rows).All(row => Math.Abs(Math.Sqrt(Row(row).Sum(v => v * v)) - 1) < Rounding);

    /// <summary>Whether no value is negative and many are zero.</summary>
    public bool IsRectified() => TensorPrimitives.Min(Seen) >= 0 && Seen.Count(0f) >= ZerosOfFeatures * Seen.Length;

    /// <summary>
    /// Whether each row has one clear winner, not always the same: the gap between the largest and the second value is, in the median row,
    /// at least the standard deviation of the others. Of two values: that they go against each other.
    /// </summary>
    public bool HasClearWinners()
    {
        if (Rows < RowsForClasses) return false;
        var winners = Enumerable.Range(0, Rows).CountBy(row => Array.IndexOf(Row(row), Row(row).Max())).ToList();
        if (winners.Count < 2 || winners.Max(winner => winner.Value) > MostOfOneWinner * Rows) return false;
        return output.RowLength == 2 ? AreOpposite()
            : Enumerable.Range(0, Rows).Select(row => Gap(Row(row))).Order().ElementAt(Rows / 2) >= ClearGap;
    }

    private static double Gap(double[] row)
    {
        Array.Sort(row);
        var others = row.AsSpan()[..^1];
        double mean = 0, variance = 0;
        foreach (var value in others) mean += value / others.Length;
        foreach (var value in others) variance += (value - mean) * (value - mean) / others.Length;
        return (row[^1] - row[^2]) / Math.Sqrt(variance);
    }

    private bool AreOpposite()
    {
        double[] Column(int at) => [.. Enumerable.Range(0, Rows).Select(row => Row(row)[at])];
        return Statistics.Ranks.Correlation(Column(0), Column(1), [.. Enumerable.Repeat(1.0, Rows)]) < OppositeScores;
    }

    private double[] Row(int row) => [.. values.AsSpan(row * output.RowLength, output.RowLength).ToArray().Select(value => (double)value)];
}
