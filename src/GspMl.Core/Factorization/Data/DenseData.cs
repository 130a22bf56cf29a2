using System.Numerics;
using GspMl.LinearAlgebra;
using GspMl.Threading;

namespace GspMl.Factorization;

/// <summary>Dense data, row-major, over the caller's memory: nothing is copied.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class DenseData<T> : DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockRows = 64;

    /// <summary>Columns of X that one thread multiplies from one end to the other: what a page of memory holds, or less.</summary>
    private const int LeastColumns = 64, MostColumns = 1024;

    private readonly ReadOnlyMemory<T> values;

    /// <summary>Looks at every value once.</summary>
    /// <param name="values">samples × features values, row-major; they must not change while the object is in use.</param>
    /// <param name="samples">The number of rows, at least 1.</param>
    /// <param name="features">The number of columns, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// A value is negative, NaN or infinite (the message names row and feature, from 0), or their number is wrong.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public DenseData(ReadOnlyMemory<T> values, int samples, int features)
        : this(values, samples, features, firstRow: 0)
    {
    }

    /// <summary>Rows of a longer matrix; errors count from its first row.</summary>
    internal DenseData(ReadOnlyMemory<T> values, int samples, int features, long firstRow)
        : base(samples, features)
    {
        if (values.Length != (long)samples * features)
            throw new ArgumentException(
                $"{samples} samples of {features} features are {(long)samples * features} values; {values.Length} were given.",
                nameof(values));
        this.values = values;
        var (sum, squares) = Sums(values.Span, features, firstRow);
        (Mean, SquaredNorm) = (sum / values.Length, squares);
    }

    /// <summary>The rows of a matrix, without a copy.</summary>
    public DenseData(DenseMatrix<T> matrix)
        : this((matrix ?? throw new ArgumentNullException(nameof(matrix))).Values, matrix.Rows, matrix.Columns)
    {
    }

    /// <summary>The values, row-major.</summary>
    public ReadOnlyMemory<T> Values => values;

    /// <inheritdoc/>
    public override long StoredValues => values.Length;

    /// <summary>Σx and Σx² of finite, non-negative rows.</summary>
    private static (double Sum, double Squares) Sums(ReadOnlySpan<T> values, int features, long firstRow)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var start = 0; start < values.Length; start += features)
        {
            var row = values.Slice(start, features);
            if (!RowSums.TryGet(row, out var rowSum, out var rowSquares)) throw Bad(row, firstRow + start / features);
            sum += rowSum;
            squares += rowSquares;
        }
        return (sum, squares);
    }

    private static ArgumentException Bad(ReadOnlySpan<T> row, long number)
    {
        var j = 0;
        while (row[j] >= T.Zero && T.IsFinite(row[j])) j++;
        return Bad(row[j], number, j);
    }

    internal override void Multiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        using var pin = values.Pin();
        product.Clear();
        var left = PanelProduct.Left<T>.RowMajor((T*)pin.Pointer, Samples, Features, Features);
        new Blocks(Samples, BlockRows).Each(maxThreads, (start, end) =>
            PanelProduct.Add(left, right.Start, right.Stride, product.Start, product.Stride, product.Lanes, start, end));
        GC.KeepAlive(right);
    }

    internal override void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        using var pin = values.Pin();
        var left = PanelProduct.Left<T>.Transposed((T*)pin.Pointer, Samples, Features, Features);
        // Sums are those of one row of the product each, so that blocks may be as threads want them.
        var share = (Features + Threads.Resolve(maxThreads) - 1) / Threads.Resolve(maxThreads);
        var width = Math.Clamp(share + 3 & -4, LeastColumns, MostColumns);
        new Blocks(Features, width).Each(maxThreads, (start, end) => PanelProduct.AddSideways(
            left, right.Start, right.Stride, product.Start, product.Stride, product.Lanes, start, end));
        GC.KeepAlive(right);
    }

    internal override double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads, double scale = 1)
    {
        var parts = new Panel<T>(basis.Columns, basis.Rows);
        parts.TransposeFrom(basis);
        return new Blocks(Samples, BlockRows).Sum(maxThreads, (start, end) => ResidualOfRows(coefficients, parts, start, end, scale));
    }

    private double ResidualOfRows(Panel<T> coefficients, Panel<T> parts, int start, int end, double scale)
    {
        using var scratch = new Scratch<T>((nint)(end - start) * parts.Stride);
        var left = PanelProduct.Left<T>.RowMajor(coefficients.RowStart(start), end - start, coefficients.Columns, coefficients.Stride);
        PanelProduct.Add(left, parts.Start, parts.Stride, scratch.Start, parts.Stride, parts.Lanes, 0, end - start);
        var sum = 0.0;
        for (var i = start; i < end; i++)
        {
            var row = values.Span.Slice(i * Features, Features);
            var model = scratch.Start + (nint)(i - start) * parts.Stride;
            for (var j = 0; j < row.Length; j++)
            {
                var difference = (scale * double.CreateTruncating(row[j])) - double.CreateTruncating(model[j]);
                sum += difference * difference;
            }
        }
        return sum;
    }
}
