using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Evaluation.Measures;

/// <summary>The cosines of the vectors that two models put out at each place.</summary>
internal static class PlaceCosines
{
    /// <summary>For each row the mean over its places. O(values) time.</summary>
    public static double[] Of(Positions baseline, Positions candidate, int rows)
        => [.. Enumerable.Range(0, rows).Select(row
            => baseline.Of(row).Select(place => Of(baseline, candidate, row, place)).DefaultIfEmpty(1).Average())];

    private static double Of(Positions baseline, Positions candidate, int row, int place)
    {
        double product = 0, squareX = 0, squareY = 0;
        for (var at = 0; at < baseline.Depth; at++)
        {
            double x = baseline[row, place, at], y = candidate[row, place, at];
            (product, squareX, squareY) = (product + (x * y), squareX + (x * x), squareY + (y * y));
        }
        return VectorSums.Cosine(product, squareX, squareY);
    }
}
