using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>
/// Fᵀ·F of a panel, rank × rank, row-major. Blocks of rows are multiplied in the panel's own type and added up in double, in their order;
/// what is to the left of the diagonal is what is to the right of it.
/// </summary>
internal static unsafe class GramMatrix
{
    private const int BlockRows = 1024;

    /// <summary>Cost: about rows · rank · stride / 2 multiply-adds.</summary>
    public static void Of<T>(Panel<T> factor, Span<double> gram, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (rank, stride) = (factor.Columns, factor.Stride);
        var blocks = new Blocks(factor.Rows, BlockRows);
        var parts = new double[blocks.Count][];
        blocks.Each(maxThreads, (start, end) => parts[start / BlockRows] = OfRows(factor, start, end));
        gram[..(rank * rank)].Clear();
        foreach (var part in parts)
            for (var i = 0; i < rank; i++)
                for (var j = i; j < rank; j++) gram[i * rank + j] += part[i * stride + j];
        for (var i = 0; i < rank; i++)
            for (var j = 0; j < i; j++) gram[i * rank + j] = gram[j * rank + i];
    }

    /// <returns>The rows of the Gram matrix, each from its diagonal on; a row takes a panel's stride.</returns>
    private static double[] OfRows<T>(Panel<T> factor, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (rank, stride) = (factor.Columns, factor.Stride);
        var sum = new double[rank * stride];
        using var scratch = new Scratch<T>(rank * stride);
        for (var i = start; i < end; i += PanelProduct.DepthBlock)
        {
            new Span<T>(scratch.Start, rank * stride).Clear();
            var rows = Math.Min(PanelProduct.DepthBlock, end - i);
            var left = PanelProduct.Left<T>.Transposed(factor.RowStart(i), rows, rank, stride);
            PanelProduct.AddUpper(left, factor.RowStart(i), stride, scratch.Start, stride, factor.Lanes);
            Add(scratch.Start, sum, rank, stride);
        }
        GC.KeepAlive(factor);
        return sum;
    }

    /// <summary>Whole vectors of the block's rows, from the one that holds the diagonal on.</summary>
    private static void Add<T>(T* block, double[] sum, int rank, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        fixed (double* to = sum)
        {
            for (var i = 0; i < rank; i++)
                for (var at = i * stride + i / width * width; at < (i + 1) * stride; at += width) AddVector(block + at, to + at);
        }
    }

    private static void AddVector<T>(T* numbers, double* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vector = Vector512.Load(numbers);
        var (lower, upper) = typeof(T) == typeof(double) ? (vector.AsDouble(), default) : Vector512.Widen(vector.AsSingle());
        (Vector512.Load(sums) + lower).Store(sums);
        if (typeof(T) == typeof(float)) (Vector512.Load(sums + 8) + upper).Store(sums + 8);
    }
}
