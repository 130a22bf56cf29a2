using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx.Evaluation.Measures;

/// <summary>The similarities of all pairs of rows, as two models see them.</summary>
internal sealed class PairSimilarities
{
    // 124,750 pairs: more tell nothing more, and take time by their square.
    private const int MostRows = 500;

    private readonly double[] baseline;
    private readonly double[] candidate;

    public PairSimilarities(OutputTensor baseline, OutputTensor candidate)
    {
        Rows = Math.Min(MostRows, baseline.Rows);
        int[] rows = [.. Enumerable.Range(0, Rows).Select(i => (int)((long)i * baseline.Rows / Rows))];
        (this.baseline, this.candidate) = (Cosines(baseline, rows), Cosines(candidate, rows));
    }

    /// <summary>How many rows are paired.</summary>
    public int Rows { get; }

    /// <summary>Spearman's; null where it is not defined.</summary>
    public Estimate? Correlation()
    {
        if (Rows < 3) return null;
        var (x, y) = (Ranks.Of(baseline), Ranks.Of(candidate));
        var value = Ranks.Correlation(x, y, [.. Enumerable.Repeat(1.0, x.Length)]);
        return double.IsNaN(value) ? null : new(value, Bootstrap.Interval(Rows, drawn => Ranks.Correlation(x, y, Weights(drawn))));
    }

    /// <summary>How often each pair is among rows that were drawn; a row is no pair with itself.</summary>
    private double[] Weights(int[] drawn)
    {
        var times = new double[Rows];
        foreach (var row in drawn) times[row]++;
        var weights = new double[baseline.Length];
        var at = 0;
        for (var i = 0; i < Rows; i++)
            for (var j = i + 1; j < Rows; j++) weights[at++] = times[i] * times[j];
        return weights;
    }

    private static double[] Cosines(OutputTensor output, int[] rows)
    {
        var (values, length, at) = (output.Array, output.RowLength, 0);
        var squares = Array.ConvertAll(rows, row
            => VectorSums.Product(values.AsSpan(row * length, length), values.AsSpan(row * length, length)));
        var cosines = new double[rows.Length * (rows.Length - 1) / 2];
        for (var i = 0; i < rows.Length; i++)
            for (var j = i + 1; j < rows.Length; j++)
            {
                var product = VectorSums.Product(values.AsSpan(rows[i] * length, length), values.AsSpan(rows[j] * length, length));
                cosines[at++] = VectorSums.Cosine(product, squares[i], squares[j]);
            }
        return cosines;
    }
}
