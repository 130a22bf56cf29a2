using System.Numerics;

namespace GspMl.LinearAlgebra;

/// <summary>
/// Fᵀ·F of a panel, rank × rank, row-major. Blocks of rows are multiplied in the panel's own type and added up in double, in their order.
/// </summary>
internal static unsafe class GramMatrix
{
    private const int BlockRows = 1024;

    /// <summary>Cost: rows · rank · stride multiply-adds.</summary>
    public static void Of<T>(Panel<T> factor, Span<double> gram, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rank = factor.Columns;
        var blocks = new Blocks(factor.Rows, BlockRows);
        var parts = new double[blocks.Count][];
        blocks.Each(maxThreads, (start, end) => parts[start / BlockRows] = OfRows(factor, start, end));
        gram[..(rank * rank)].Clear();
        foreach (var part in parts)
            for (var i = 0; i < part.Length; i++) gram[i] += part[i];
    }

    private static double[] OfRows<T>(Panel<T> factor, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rank = factor.Columns;
        var sum = new double[rank * rank];
        using var scratch = new Scratch<T>(rank * factor.Stride);
        var block = scratch.Start;
        for (var i = start; i < end; i += PanelProduct.DepthBlock)
        {
            new Span<T>(block, rank * factor.Stride).Clear();
            var rows = Math.Min(PanelProduct.DepthBlock, end - i);
            var left = PanelProduct.Left<T>.Transposed(factor.RowStart(i), rows, rank, factor.Stride);
            PanelProduct.Add(left, factor.RowStart(i), factor.Stride, block, factor.Stride, factor.Lanes, 0, rank);
            AddTo(sum, block, rank, factor.Stride);
        }
        GC.KeepAlive(factor);
        return sum;
    }

    private static void AddTo<T>(double[] sum, T* block, int rank, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < rank; i++)
            for (var j = 0; j < rank; j++) sum[i * rank + j] += double.CreateTruncating(block[i * stride + j]);
    }
}
