namespace GspMl.Projection;

/// <summary>
/// Where <see cref="Count"/> vectors of equal <see cref="Length"/> lie in one buffer: entry j of vector i is at
/// <c>i·VectorStride + j·ElementStride</c>, counted in elements.
/// </summary>
public readonly record struct VectorLayout
{
    /// <summary>A layout with strides of its own, for example a part of a larger matrix.</summary>
    /// <param name="count">The number of vectors, at least 0.</param>
    /// <param name="length">The number of entries of each vector, at least 0.</param>
    /// <param name="vectorStride">Elements from a vector's first entry to the next vector's first entry, at least 1.</param>
    /// <param name="elementStride">Elements from one entry of a vector to its next, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its bound.</exception>
    /// <exception cref="ArgumentException">
    /// Two entries would share a place: neither do whole vectors follow each other, nor are they interleaved. Or the last is further from
    /// the first than 2⁶³ − 2 elements.
    /// </exception>
    public VectorLayout(int count, int length, long vectorStride, long elementStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(vectorStride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementStride, 1);
        if (count > 0 && length > 0 && ((Int128)(count - 1) * vectorStride) + ((Int128)(length - 1) * elementStride) >= long.MaxValue)
            throw new ArgumentException(
                $"{count} vectors of {length} entries with a vector stride of {vectorStride} and an element stride of {elementStride} "
                + "reach further than can be counted.");
        var oneAfterAnother = count < 2 || length < 1 || vectorStride > (length - 1) * elementStride;
        var interleaved = length < 2 || count < 1 || elementStride > (count - 1) * vectorStride;
        if (!oneAfterAnother && !interleaved)
            throw new ArgumentException(
                $"{count} vectors of {length} entries overlap with a vector stride of {vectorStride} "
                + $"and an element stride of {elementStride}.");
        (Count, Length, VectorStride, ElementStride) = (count, length, vectorStride, elementStride);
    }

    /// <summary>The number of vectors.</summary>
    public int Count { get; }

    /// <summary>The number of entries of each vector.</summary>
    public int Length { get; }

    /// <summary>Elements from a vector's first entry to the next vector's first entry.</summary>
    public long VectorStride { get; }

    /// <summary>Elements from one entry of a vector to its next.</summary>
    public long ElementStride { get; }

    /// <summary>The number of elements a buffer needs at least.</summary>
    public long Extent => Count == 0 || Length == 0 ? 0 : (Count - 1) * VectorStride + (Length - 1) * ElementStride + 1;

    /// <summary>
    /// Vector i is row i of a row-major <paramref name="count"/> × <paramref name="length"/> matrix: each vector is contiguous.
    /// </summary>
    /// <param name="count">The number of vectors (rows).</param>
    /// <param name="length">The entries of each (columns).</param>
    public static VectorLayout Rows(int count, int length) => new(count, length, Math.Max(1, length), 1);

    /// <summary>
    /// Vector i is column i of a row-major <paramref name="length"/> × <paramref name="count"/> matrix: the vectors are interleaved.
    /// </summary>
    /// <param name="count">The number of vectors (columns).</param>
    /// <param name="length">The entries of each (rows).</param>
    public static VectorLayout Columns(int count, int length) => new(count, length, 1, Math.Max(1, count));
}
