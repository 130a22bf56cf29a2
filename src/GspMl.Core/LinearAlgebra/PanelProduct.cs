using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>
/// output += left · right, where right and output are panels (few columns) and left is any strided matrix: X as it lies for X·B, X read
/// sideways for Xᵀ·C, a panel read sideways for a Gram matrix. Cost: rows · depth · stride multiply-adds. Sums over the depth are taken
/// in blocks of <see cref="DepthBlock"/>, which keeps a block of the right matrix in the first cache and bounds the rounding of float sums.
/// </summary>
internal static unsafe partial class PanelProduct
{
    internal const int DepthBlock = 128;
    private const int TileRows = 4;

    /// <summary>Rows of a left matrix that is read sideways, of which the next ones are fetched while these are worked on.</summary>
    private const int SidewaysRows = 64;

    /// <summary>Left matrix: element (i, k) lies at <c>Start[i · RowStride + k · DepthStride]</c>.</summary>
    internal readonly record struct Left<T>(nint Address, int Rows, int Depth, nint RowStride, nint DepthStride)
        where T : unmanaged
    {
        public static Left<T> RowMajor(T* start, int rows, int columns, nint stride) => new((nint)start, rows, columns, stride, 1);

        public static Left<T> Transposed(T* start, int rows, int columns, nint stride) => new((nint)start, columns, rows, 1, stride);
    }

    /// <summary>Adds rows [first, end) of left · right to the same rows of the output.</summary>
    public static void Add<T>(Left<T> left, T* right, nint rightStride, T* output, nint outputStride, int lanes, int first, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var k = 0; k < left.Depth; k += DepthBlock)
        {
            var depth = Math.Min(DepthBlock, left.Depth - k);
            for (var i = first; i < end; i += TileRows)
            {
                var corner = (T*)left.Address + i * left.RowStride + k * left.DepthStride;
                AddStrip(new Strip<T>(corner, left.RowStride, left.DepthStride, right + k * rightStride, rightStride,
                    output + i * outputStride, outputStride, Math.Min(TileRows, end - i), depth), lanes);
            }
        }
    }

    /// <summary>
    /// The same sums, where neighbouring rows of the left matrix are neighbours in memory. Each step then goes on by a row of X, a line of
    /// memory and often a page further, of which the processor foresees none: some rows of the output are worked on while the lines of
    /// the next ones are on their way, and all of them before the next block of the depth, so that its pages are known.
    /// </summary>
    public static void AddSideways<T>(Left<T> left, T* right, nint rightStride, T* output, nint outputStride, int lanes, int first, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var k = 0; k < left.Depth; k += DepthBlock)
        {
            var depth = Math.Min(DepthBlock, left.Depth - k);
            for (var i = first; i < end; i += TileRows)
            {
                var corner = (T*)left.Address + i + k * left.DepthStride;
                var row = (i - first) % SidewaysRows;
                FetchShare(corner + SidewaysRows - row, Math.Min(SidewaysRows, end - i + row - SidewaysRows), left.DepthStride, row, depth);
                AddStrip(new Strip<T>(corner, 1, left.DepthStride, right + k * rightStride, rightStride, output + i * outputStride,
                    outputStride, Math.Min(TileRows, end - i), depth), lanes);
            }
        }
    }

    /// <summary>Asks for the part of a block that its strip of the block before has time for.</summary>
    private static void FetchShare<T>(T* start, int rows, nint stride, int row, int depth)
        where T : unmanaged
    {
        const int Share = DepthBlock / SidewaysRows;
        for (var k = row * Share; k < Math.Min(depth, (row + TileRows) * Share); k++) Prefetch.Nearby(start + k * stride, rows);
    }

    /// <summary>
    /// The same sums of a square output that is symmetric: of each row the vectors that hold its diagonal and what is to the right of it.
    /// </summary>
    public static void AddUpper<T>(Left<T> left, T* right, nint rightStride, T* output, nint outputStride, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < left.Rows; i += TileRows)
            AddStrip(new Strip<T>((T*)left.Address + i * left.RowStride, left.RowStride, left.DepthStride, right, rightStride,
                output + i * outputStride, outputStride, Math.Min(TileRows, left.Rows - i), left.Depth), lanes, i / Vector512<T>.Count);
    }

    /// <summary>The same with scalars: what the register blocks compute, up to the order of the sums.</summary>
    public static void AddScalar<T>(Left<T> left, T* right, nint rightStride, T* output, nint outputStride, int columns, int first, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = first; i < end; i++)
            for (var k = 0; k < left.Depth; k++)
                for (var j = 0; j < columns; j++)
                    output[i * outputStride + j] +=
                    ((T*)left.Address)[i * left.RowStride + k * left.DepthStride] * right[k * rightStride + j];
    }

    private static void AddStrip<T>(in Strip<T> strip, int lanes, int lane = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (lane < lanes)
        {
            // Seven lanes go as 4 + 3, five as 3 + 2: no tile of one where two can share the loads of the left matrix.
            // Where registers have half the width and are half as many, more sums than those of one lane would go to memory and back.
            var take = !Vector512.IsHardwareAccelerated ? 1 : (lanes - lane) switch { 5 => 3, var rest => Math.Min(rest, 4) };
            switch (take)
            {
                case 1: Tile1(strip, lane); break;
                case 2: Tile2(strip, lane); break;
                case 3: Tile3(strip, lane); break;
                default: Tile4(strip, lane); break;
            }
            lane += take;
        }
    }

    /// <summary>Up to four rows of the left matrix, one block deep. Rows past the end repeat the last one and are not stored.</summary>
    private readonly struct Strip<T>(T* corner, nint rowStride, nint depthStride, T* right, nint rightStride, T* output, nint outputStride,
        int rows, int depth)
        where T : unmanaged
    {
        public readonly T* Right = right;
        public readonly nint RightStride = rightStride;
        public readonly nint DepthStride = depthStride;
        public readonly int Depth = depth;
        public readonly int Rows = rows;
        private readonly T* corner = corner;
        private readonly T* output = output;
        private readonly nint rowStride = rowStride;
        private readonly nint outputStride = outputStride;

        public T* Left(int row) => corner + Math.Min(row, Rows - 1) * rowStride;

        public T* Output(int row) => output + row * outputStride;
    }
}
