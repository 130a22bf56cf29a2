using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// The rows of several matrices, one after the other, dense or sparse, without a copy: rows that arrive in parts, or too many for one
/// array.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StackedData<T> : DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataMatrix<T>[] parts;

    /// <summary>Cost: none, the parts have looked at their values.</summary>
    /// <param name="parts">At least one; parts of some million values keep every processor at work.</param>
    /// <exception cref="ArgumentException">There are no parts, or they differ in their features.</exception>
    public StackedData(IEnumerable<DataMatrix<T>> parts)
        : this(Checked([.. parts ?? throw new ArgumentNullException(nameof(parts))]))
    {
    }

    private StackedData(DataMatrix<T>[] parts)
        : base(checked(parts.Sum(part => part.Samples)), parts[0].Features)
    {
        this.parts = parts;
        SquaredNorm = parts.Sum(part => part.SquaredNorm);
        Mean = parts.Sum(part => part.Mean * part.Samples) / Samples;
    }

    /// <inheritdoc/>
    public override long StoredValues => parts.Sum(part => part.StoredValues);

    internal override void Multiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        foreach (var (first, part) in Parts()) part.Multiply(right, product.Slice(first, part.Samples), maxThreads);
    }

    internal override void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        foreach (var (first, part) in Parts()) part.AddTransposeMultiply(right.Slice(first, part.Samples), product, maxThreads);
    }

    internal override double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads, double scale = 1) =>
        Parts().Sum(p => p.Part.ResidualSquaredNorm(coefficients.Slice(p.First, p.Part.Samples), basis, maxThreads, scale));

    private IEnumerable<(int First, DataMatrix<T> Part)> Parts()
    {
        var first = 0;
        foreach (var part in parts)
        {
            yield return (first, part);
            first += part.Samples;
        }
    }

    private static DataMatrix<T>[] Checked(DataMatrix<T>[] parts)
    {
        if (parts.Length == 0) throw new ArgumentException("There are no parts to stack.", nameof(parts));
        if (parts.Contains(null!)) throw new ArgumentException("A part is null.", nameof(parts));
        var odd = Array.FindIndex(parts, part => part.Features != parts[0].Features);
        return odd < 0
            ? parts
            : throw new ArgumentException($"Part {odd} has {parts[odd].Features} features; part 0 has {parts[0].Features}.", nameof(parts));
    }
}
