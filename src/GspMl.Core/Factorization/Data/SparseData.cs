using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Sparse data in compressed rows (CSR), over the caller's arrays: nothing is copied. X·B gathers for each row; Xᵀ·C scatters, each thread
/// to features of its own, so that its sums are added in the order of the rows whatever the number of threads.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseData<T> : DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockRows = 64;
    private const int SharesPerProcessor = 2;
    private readonly Compressed rows;
    private readonly ColumnShares shares;

    /// <summary>Looks at every stored value once.</summary>
    /// <param name="samples">The number of rows, at least 1.</param>
    /// <param name="features">The number of columns, at least 1.</param>
    /// <param name="rowStarts">samples + 1 positions: row i holds the values at rowStarts[i] up to rowStarts[i + 1].</param>
    /// <param name="featureIndices">The feature of each value, from 0, rising within a row.</param>
    /// <param name="values">The values. The three arrays are not copied and must not change while the object is in use.</param>
    /// <exception cref="ArgumentException">
    /// The arrays do not fit together, a row's features do not rise, or a value is negative, NaN or infinite; the message names row and
    /// feature.
    /// </exception>
    public SparseData(int samples, int features, int[] rowStarts, int[] featureIndices, T[] values)
        : base(samples, features)
    {
        ArgumentNullException.ThrowIfNull(rowStarts);
        ArgumentNullException.ThrowIfNull(featureIndices);
        ArgumentNullException.ThrowIfNull(values);
        rows = new(rowStarts, featureIndices, values);
        CheckStarts();
        (var sum, SquaredNorm) = CheckRows();
        Mean = sum / ((double)samples * features);
        shares = new(features, rowStarts, featureIndices, Environment.ProcessorCount * SharesPerProcessor);
    }

    private readonly record struct Compressed(int[] Starts, int[] Indices, T[] Values);

    /// <inheritdoc/>
    public override long StoredValues => rows.Starts[^1];

    internal override void Multiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        new Blocks(Samples, BlockRows).Each(maxThreads, (start, end) =>
            CompressedProduct.Rows<T>(rows.Starts, rows.Indices, rows.Values, right, product, start, end));
        GC.KeepAlive(right);
    }

    internal override void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        new Blocks(shares.Count, 1).Each(maxThreads, (share, _) => CompressedProduct.AddTransposed(
            shares, share, rows.Indices, rows.Values, right, product));
        GC.KeepAlive(right);
    }

    internal override double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads, double scale = 1)
    {
        // ‖X − P‖² = Σ over stored x of (x² − 2xp) + ‖P‖², with ‖P‖² = ⟨CᵀC, BᵀB⟩.
        var rank = basis.Columns;
        var (left, right) = (new double[rank * rank], new double[rank * rank]);
        GramMatrix.Of(coefficients, left, maxThreads);
        GramMatrix.Of(basis, right, maxThreads);
        var stored = new Blocks(Samples, BlockRows).Sum(maxThreads, (start, end) => StoredTerms(coefficients, basis, start, end, scale));
        return stored + RankMatrix.Dot(left, right);
    }

    private double StoredTerms(Panel<T> coefficients, Panel<T> basis, int start, int end, double scale)
    {
        var sum = 0.0;
        for (var i = start; i < end; i++)
        {
            var c = coefficients.Row(i);
            for (var p = rows.Starts[i]; p < rows.Starts[i + 1]; p++)
            {
                var model = 0.0;
                var b = basis.Row(rows.Indices[p]);
                for (var k = 0; k < b.Length; k++) model += double.CreateTruncating(c[k]) * double.CreateTruncating(b[k]);
                var x = scale * double.CreateTruncating(rows.Values[p]);
                sum += x * (x - 2 * model);
            }
        }
        return sum;
    }

    private void CheckStarts()
    {
        if (rows.Starts.Length != Samples + 1 || rows.Starts[0] != 0)
            throw new ArgumentException($"{Samples} rows need {Samples + 1} starts, the first of them 0; {rows.Starts.Length} were given.");
        if (rows.Starts[^1] > Math.Min(rows.Indices.Length, rows.Values.Length))
            throw new ArgumentException(
                $"The last row ends at {rows.Starts[^1]}, but there are {rows.Indices.Length} features and {rows.Values.Length} values.");
        for (var i = 0; i < Samples; i++)
        {
            if (rows.Starts[i + 1] < rows.Starts[i])
                throw new ArgumentException($"Row {i} ends at {rows.Starts[i + 1]}, before its start at {rows.Starts[i]}.");
        }
    }

    private (double Sum, double Squares) CheckRows()
    {
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < Samples; i++)
        {
            var last = -1;
            for (var p = rows.Starts[i]; p < rows.Starts[i + 1]; p++)
            {
                var (j, value) = (rows.Indices[p], rows.Values[p]);
                if (j <= last || j >= Features)
                    throw new ArgumentException(
                        $"Row {i} holds feature {j} after feature {last}; features must rise and lie below {Features}.");
                if (!(value >= T.Zero && T.IsFinite(value))) throw Bad(value, i, j);
                last = j;
                var x = double.CreateTruncating(value);
                sum += x;
                squares += x * x;
            }
        }
        return (sum, squares);
    }
}
