using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Σ|x| and Σx² of a factor's columns, in double, block after block of rows.</summary>
internal readonly record struct ColumnMeasures(double[] Sums, double[] Squares)
{
    private const int BlockRows = 1024;

    /// <summary>One pass over the factor (n × rank).</summary>
    public static ColumnMeasures Of<T>(Panel<T> factor, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks = new Blocks(factor.Rows, BlockRows);
        var parts = new ColumnMeasures[blocks.Count];
        blocks.Each(maxThreads, (start, end) => parts[start / BlockRows] = OfRows(factor, start, end));
        var total = new ColumnMeasures(new double[factor.Columns], new double[factor.Columns]);
        foreach (var part in parts)
        {
            for (var k = 0; k < factor.Columns; k++)
            {
                total.Sums[k] += part.Sums[k];
                total.Squares[k] += part.Squares[k];
            }
        }
        return total;
    }

    private static ColumnMeasures OfRows<T>(Panel<T> factor, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (sums, squares) = (new double[factor.Columns], new double[factor.Columns]);
        for (var i = start; i < end; i++)
        {
            var row = factor.Row(i);
            for (var k = 0; k < row.Length; k++)
            {
                var x = double.CreateTruncating(row[k]);
                sums[k] += Math.Abs(x);
                squares[k] += x * x;
            }
        }
        return new(sums, squares);
    }
}
