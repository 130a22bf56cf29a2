using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx;

/// <summary>How far values lie from the baseline's: b the baseline's, c the candidate's, all rows together.</summary>
public sealed record ValueError
{
    /// <summary>
    /// ‖c − b‖ / ‖b‖: 0 for equal values, 1 for an error as large as what was wanted; intervals by the bootstrap over rows.
    /// </summary>
    public required Estimate Relative { get; init; }

    /// <summary>The signal-to-noise ratio 20·log₁₀(‖b‖ / ‖c − b‖) in dB: 40 dB is an error of 1 %. Infinite for equal values.</summary>
    public required Estimate SignalToNoise { get; init; }

    /// <summary>The number of the row that lies farthest from the baseline; null where the output has no rows.</summary>
    public int? WorstRow { get; init; }

    /// <summary>Its ‖c − b‖ as a part of the root mean square of ‖b‖ over the rows.</summary>
    public required double Worst { get; init; }

    /// <summary>O(values + rows × resamples) time.</summary>
    internal static ValueError Of(OutputTensor baseline, OutputTensor candidate)
    {
        var length = baseline.RowLength == 0 ? baseline.Values.Count : baseline.RowLength;
        float[] b = baseline.Array, c = candidate.Array;
        var rows = length == 0 ? 0 : b.Length / length;
        double[] errors = new double[rows], squares = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            var wanted = b.AsSpan(row * length, length);
            (errors[row], squares[row]) = (VectorSums.SquaredDifference(wanted, c.AsSpan(row * length, length)),
                VectorSums.Product(wanted, wanted));
        }
        return Of(errors, squares, baseline.RowLength > 0);
    }

    private static ValueError Of(double[] errors, double[] squares, bool hasRows)
    {
        var worst = Array.FindIndex(errors, double.IsNaN) is >= 0 and var none ? none
            : Array.IndexOf(errors, errors.DefaultIfEmpty().Max());
        var typical = squares.DefaultIfEmpty().Average();
        return new()
        {
            Relative = Bootstrap.OfRatio(errors, squares, Math.Sqrt),
            SignalToNoise = Bootstrap.OfRatio(errors, squares, ratio => -10 * Math.Log10(ratio)),
            WorstRow = hasRows ? worst : null,
            Worst = worst < 0 || errors[worst] == 0 ? 0 : Math.Sqrt(errors[worst] / typical),
        };
    }
}
