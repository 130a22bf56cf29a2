using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Projection.Kernels;

/// <summary>
/// <see cref="WeightSums"/> of the columns of a matrix of weights, which need no scale: a lane is a column, and the matrix is read along
/// its rows, a few at a time.
/// </summary>
internal static unsafe class ColumnWeights
{
    private const int Rows = ColumnSweep.MostRows;

    /// <summary>The sums of the first columns, which fill registers.</summary>
    /// <param name="matrix">The rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="squares">Receives what <see cref="WeightSums"/> has of each column.</param>
    /// <param name="least">The same.</param>
    /// <param name="largest">The same.</param>
    public static void Of(in ColumnRows<float> matrix, int columns, double* squares, double* least, double* largest)
    {
        new Span<double>(squares, columns).Clear();
        new Span<double>(least, columns).Fill(double.PositiveInfinity);
        new Span<double>(largest, columns).Clear();
        for (var row = 0; row < matrix.Rows; row += Rows)
        {
            var rows = Math.Min(Rows, matrix.Rows - row);
            Together(matrix.From(row), columns, rows, Math.Min(Rows, matrix.Rows - row - rows), squares, least, largest);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Together(in ColumnRows<float> matrix, int columns, int rows, int next, double* squares, double* least,
        double* largest)
    {
        var (half, stride) = (Lanes.Width, matrix.WeightStride);
        for (var k = 0; k < columns; k += 2 * half)
        {
            var (lower, upper) = (Vector512.Load(squares + k), Vector512.Load(squares + k + half));
            var (smallest, most) = (Vector512.Create(float.PositiveInfinity), Vector512<float>.Zero);
            var w = matrix.Weights + k;
            for (var row = 0; row < rows; row++, w += stride)
            {
                var own = Vector512.Load(w);
                most = Lanes.LargerBits(most, Vector512.Abs(own));
                smallest = Vector512.MinNative(smallest, own);
                var (a, b) = (Lanes.Load(w), Lanes.Load(w + half));
                (lower, upper) = (Vector512.FusedMultiplyAdd(a, a, lower), Vector512.FusedMultiplyAdd(b, b, upper));
            }
            for (var row = 0; row < next; row++, w += stride) Prefetch.Nearby(w);
            lower.Store(squares + k);
            upper.Store(squares + k + half);
            KeepBounds(smallest, most, least + k, largest + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepBounds(Vector512<float> smallest, Vector512<float> most, double* least, double* largest)
    {
        var ((low, high), (lower, upper), half) = (Vector512.Widen(smallest), Vector512.Widen(most), Lanes.Width);
        Vector512.MinNative(Vector512.Load(least), low).Store(least);
        Vector512.MinNative(Vector512.Load(least + half), high).Store(least + half);
        Lanes.LargerBits(Vector512.Load(largest), lower).Store(largest);
        Lanes.LargerBits(Vector512.Load(largest + half), upper).Store(largest + half);
    }
}
