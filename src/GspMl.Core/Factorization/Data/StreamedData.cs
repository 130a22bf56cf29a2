using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Dense data that is read again, a batch of rows at a time, whenever a product needs it: data larger than memory whose factors fit. Every
/// algorithm, start and sparsity gives what it gives for <see cref="DenseData{T}"/>: an iteration is two passes. Memory: one batch, besides
/// the factors. Where samples × rank numbers are too many, <see cref="NonnegativeFactorization"/> fits the basis alone to an <see cref="IRowSource{T}"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StreamedData<T> : DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowBatches<T> batches;

    /// <summary>Makes a first pass, which counts the rows and looks at every value.</summary>
    /// <param name="source">The rows; they must not change while the object is in use.</param>
    /// <param name="batchRows">Rows in a batch, at least 1. With a multiple of 128 the products have the bits of data in memory.</param>
    /// <exception cref="ArgumentException">There are no rows, or a value is negative, NaN or infinite; the message names row and feature, from 0.</exception>
    public StreamedData(IRowSource<T> source, int batchRows = 1024)
        : this(First(source ?? throw new ArgumentNullException(nameof(source)), batchRows), source.Features)
    {
    }

    private StreamedData(FirstPass pass, int features)
        : base(pass.Samples, features)
    {
        batches = pass.Batches;
        (Mean, SquaredNorm) = (pass.Sum / ((double)Samples * features), pass.Squares);
    }

    private sealed record FirstPass(RowBatches<T> Batches, int Samples, double Sum, double Squares);

    /// <inheritdoc/>
    public override long StoredValues => (long)Samples * Features;

    internal override void Multiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        foreach (var (first, rows) in Pass()) rows.Multiply(right, product.Slice(first, rows.Samples), maxThreads);
    }

    internal override void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        foreach (var (first, rows) in Pass()) rows.AddTransposeMultiply(right.Slice(first, rows.Samples), product, maxThreads);
    }

    internal override double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads) =>
        Pass().Sum(part => part.Rows.ResidualSquaredNorm(coefficients.Slice(part.First, part.Rows.Samples), basis, maxThreads));

    private static FirstPass First(IRowSource<T> source, int batchRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, 1);
        var batches = new RowBatches<T>(source, batchRows);
        var (samples, sum, squares) = (0L, 0.0, 0.0);
        foreach (var batch in batches.Read())
        {
            var rows = new DenseData<T>(batch.Values, batch.Rows, source.Features, batch.First);
            sum += rows.Mean * batch.Values.Length;
            squares += rows.SquaredNorm;
            samples += batch.Rows;
        }
        if (samples > Array.MaxLength) throw new ArgumentException($"The source has {samples} rows; factors of at most {Array.MaxLength} rows can be kept.");
        return new(batches, (int)samples, sum, squares);
    }

    private IEnumerable<(int First, DenseData<T> Rows)> Pass()
    {
        var next = 0L;
        foreach (var batch in batches.Read())
        {
            next += batch.Rows;
            if (next > Samples) break;
            yield return ((int)batch.First, DenseData<T>.Trusted(batch.Values, batch.Rows, Features));
        }
        if (next != Samples) throw new InvalidOperationException($"The source had {Samples} rows in its first pass and has another number now.");
    }
}
