using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Data that is read again, a batch at a time, whenever a product needs it: data larger than memory whose factors fit. Every algorithm,
/// start and sparsity gives what it gives for data in memory: an iteration is two passes. Memory: one batch, besides the factors. Where
/// samples × rank numbers are too many, <see cref="NonnegativeFactorization"/> fits the basis alone to the source.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StreamedData<T> : DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IBatchSource<T> source;
    private readonly long storedValues;

    /// <summary>Makes a first pass, which counts the rows and looks at every value.</summary>
    /// <param name="source">The rows; they must not change while the object is in use.</param>
    /// <param name="batchRows">Rows in a batch, at least 1. With a multiple of 128 the products have the bits of data in memory.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows, or a value is negative, NaN or infinite; the message names row and feature, from 0.
    /// </exception>
    public StreamedData(IRowSource<T> source, int batchRows = 1024)
        : this(Batches(source, batchRows))
    {
    }

    /// <summary>The same for batches that are cut already, dense or sparse.</summary>
    /// <param name="source">The batches; they must not change while the object is in use.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public StreamedData(IBatchSource<T> source)
        : this(source ?? throw new ArgumentNullException(nameof(source)), First(source))
    {
    }

    private StreamedData(IBatchSource<T> source, FirstPass pass)
        : base(pass.Samples, source.Features)
    {
        (this.source, storedValues) = (source, pass.StoredValues);
        (Mean, SquaredNorm) = (pass.Mean, pass.SquaredNorm);
    }

    private readonly record struct FirstPass(int Samples, long StoredValues, double Mean, double SquaredNorm);

    /// <inheritdoc/>
    public override long StoredValues => storedValues;

    internal override void Multiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        foreach (var (first, rows) in Pass()) rows.Multiply(right, product.Slice(first, rows.Samples), maxThreads);
    }

    internal override void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        foreach (var (first, rows) in Pass()) rows.AddTransposeMultiply(right.Slice(first, rows.Samples), product, maxThreads);
    }

    internal override double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads, double scale = 1) =>
        Pass().Sum(part => part.Rows.ResidualSquaredNorm(coefficients.Slice(part.First, part.Rows.Samples), basis, maxThreads, scale));

    private static RowBatches<T> Batches(IRowSource<T> source, int batchRows)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, 1);
        return new(source, batchRows);
    }

    private static FirstPass First(IBatchSource<T> source)
    {
        var (samples, stored, sum, squares) = (0L, 0L, 0.0, 0.0);
        foreach (var rows in source.Read())
        {
            samples += rows.Samples;
            stored += rows.StoredValues;
            sum += rows.Mean * rows.Samples;
            squares += rows.SquaredNorm;
        }
        if (samples == 0) throw new ArgumentException("The source has no rows.");
        if (samples > Array.MaxLength)
            throw new ArgumentException($"The source has {samples} rows; factors of at most {Array.MaxLength} rows can be kept.");
        return new((int)samples, stored, sum / samples, squares);
    }

    private IEnumerable<(int First, DataMatrix<T> Rows)> Pass()
    {
        var first = 0L;
        foreach (var rows in source.Read())
        {
            if (first + rows.Samples > Samples) throw OtherNumber();
            yield return ((int)first, rows);
            first += rows.Samples;
        }
        if (first != Samples) throw OtherNumber();
    }

    private InvalidOperationException OtherNumber() => new($"The source had {Samples} rows in its first pass and has another number now.");
}
