using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx;

/// <summary>Whether vectors still point where they did, and whether the same rows are still alike.</summary>
public sealed record EmbeddingSimilarity
{
    /// <summary>Rows compared.</summary>
    public required int Rows { get; init; }

    /// <summary>The mean over rows of the cosine b·c / (‖b‖·‖c‖) of a row's two vectors; the interval by the bootstrap over rows.</summary>
    public required Estimate Cosine { get; init; }

    /// <summary>The smallest of these cosines.</summary>
    public required double Worst { get; init; }

    /// <summary>The number of its row.</summary>
    public required int WorstRow { get; init; }

    /// <summary>
    /// Spearman's rank correlation of the similarities of all pairs of rows: cos(bᵢ, bⱼ) with cos(cᵢ, cⱼ), i &lt; j. 1 where what was more
    /// alike to the baseline is so to the candidate, as searches and clusterings want it. The interval by the bootstrap over rows, ranks
    /// kept. Null under three rows, or where all pairs are equally alike.
    /// </summary>
    public Estimate? RankCorrelation { get; init; }

    /// <summary>The number of rows whose pairs were ranked: all, or 500 spread evenly over them.</summary>
    public required int RankedRows { get; init; }

    /// <summary>O(values + pairs × (row length + resamples)) time.</summary>
    internal static EmbeddingSimilarity Of(OutputTensor baseline, OutputTensor candidate)
    {
        var cosines = new double[baseline.Rows];
        for (var row = 0; row < cosines.Length; row++) cosines[row] = VectorSums.Cosine(Row(baseline, row), Row(candidate, row));
        var pairs = new PairSimilarities(baseline, candidate);
        // NaN is less than any number.
        var worst = Array.IndexOf(cosines, cosines.Min());
        return new()
        {
            Rows = cosines.Length,
            Cosine = Bootstrap.OfMean(cosines),
            Worst = cosines[worst],
            WorstRow = worst,
            RankCorrelation = pairs.Correlation(),
            RankedRows = pairs.Rows,
        };
    }

    private static ReadOnlySpan<float> Row(OutputTensor output, int row) => output.Array.AsSpan(row * output.RowLength, output.RowLength);
}
