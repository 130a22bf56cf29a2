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
    /// Each vector is treated as if it had norm 1 when the multiplier is sought, so that vectors of large entries are not spared at the cost of
    /// vectors of small ones. The result keeps each vector's own scale.
    /// </summary>
    public bool UnitNorm { get; init; }

    /// <summary>The most threads to use; 0 means one for each processor. The result has the same bits whatever the number.</summary>
    public int MaxThreads { get; init; }

    /// <summary>What the entries that stay hold afterwards.</summary>
    public ProjectionValues Values { get; init; }
}

/// <summary>What the entries within the support hold after a projection.</summary>
public enum ProjectionValues
{
    /// <summary>
    /// The projection's own values: reduced by the threshold and scaled, so that the result is the nearest point. A vector whose values would be too large
    /// for the number type is shrunk until they fit: it is as sparse then, and finite.
    /// </summary>
    Projected,

    /// <summary>The values they had: the projection only chooses which entries stay.</summary>
    Original,
}
