using System.Numerics;
using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Factorization;

/// <summary>The average Hoyer sparsity of a factor's columns, (‖w‖₂ − wᵀ|x| / ‖x‖₂) / (‖w‖₂ − min w); a zero column counts 1.</summary>
internal static class AverageSparsity
{
    /// <summary>One pass over the factor (n × rank); 1 where no sparsity is defined (n = 1).</summary>
    public static double Of<T>(Panel<T> factor, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (factor.Rows < 2) return 1;
        var (sums, squares) = (new double[factor.Columns], new double[factor.Columns]);
        for (var i = 0; i < factor.Rows; i++)
        {
            var row = factor.Row(i);
            var w = weights.IsEmpty ? 1 : weights[i];
            for (var k = 0; k < row.Length; k++)
            {
                var x = double.CreateTruncating(row[k]);
                sums[k] += w * Math.Abs(x);
                squares[k] += x * x;
            }
        }
        return Average(sums, squares, ThresholdScale.Of(weights, factor.Rows), WeightNorm(weights, factor.Rows));
    }

    /// <summary>The same of columns of a length, from Σ|x| and Σx² of each.</summary>
    public static double Of(ReadOnlySpan<double> sums, ReadOnlySpan<double> squares, long length) =>
        length < 2 ? 1 : Average(sums, squares, HoyerScale.Beta(length), Math.Sqrt(length));

    private static double Average(ReadOnlySpan<double> sums, ReadOnlySpan<double> squares, double scale, double weightNorm)
    {
        var total = 0.0;
        for (var k = 0; k < sums.Length; k++)
            total += squares[k] > 0 ? (weightNorm - sums[k] / Math.Sqrt(squares[k])) * scale : 1;
        return total / sums.Length;
    }

    private static double WeightNorm(ReadOnlySpan<double> weights, int length)
    {
        if (weights.IsEmpty) return Math.Sqrt(length);
        var squares = 0.0;
        foreach (var w in weights) squares += w * w;
        return Math.Sqrt(squares);
    }
}
