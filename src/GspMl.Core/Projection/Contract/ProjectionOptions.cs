namespace GspMl.Projection;

/// <summary>How a <see cref="GspProjector{T}"/> works; the defaults are the projection of the paper.</summary>
public sealed record ProjectionOptions
{
    /// <summary>
    /// The greatest difference allowed between the average sparsity reached and its target; null means
    /// <see cref="GspProjector{T}.DefaultTolerance"/>: 1e-6 for float and 1e-10 for double.
    /// The last step usually comes much closer. A fraction of zeros is always met to the entry.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>
    /// Each vector is treated as if it had norm 1 when the multiplier is sought, so that vectors of large entries are not spared at the
    /// cost of vectors of small ones. The result keeps each vector's own scale.
    /// </summary>
    public bool UnitNorm { get; init; }

    /// <summary>The most threads to use; 0 means one for each processor. The result has the same bits whatever the number.</summary>
    public int MaxThreads { get; init; }

    /// <summary>What the entries that stay hold afterwards.</summary>
    public ProjectionValues Values { get; init; }

    /// <summary>1e-6 for float and 1e-10 for double.</summary>
    internal static double DefaultTolerance<T>() => typeof(T) == typeof(float) ? 1e-6 : 1e-10;

    /// <summary>Refuses what is out of range; the property's name is the exception's parameter.</summary>
    internal void Validate()
    {
        if (Tolerance is { } tolerance && !(tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(Tolerance), tolerance, $"A tolerance must be positive; it is {tolerance}.");
        if (MaxThreads < 0)
            throw new ArgumentOutOfRangeException(nameof(MaxThreads), MaxThreads,
                $"MaxThreads is {MaxThreads}; it is 0 (all processors) or more.");
        if (!Enum.IsDefined(Values))
            throw new ArgumentOutOfRangeException(nameof(Values), Values, $"{Values} is no {nameof(ProjectionValues)}.");
    }
}
