using System.Numerics;

namespace GspMl.Projection;

/// <summary>
/// Grouped sparse projection in one call; who projects often keeps a <see cref="GspProjector{T}"/> and spares its memory being made anew.
/// </summary>
public static class GroupedSparseProjection
{
    /// <summary>
    /// Projects equal-length vectors in place until their average Hoyer sparsity is at least <paramref name="sparsity"/>.
    /// </summary>
    /// <param name="values">The vectors, replaced by their projections.</param>
    /// <param name="layout">Where they lie.</param>
    /// <param name="sparsity">In [0,1].</param>
    /// <param name="weights">None, one for each entry of a vector, or one for each entry of all vectors.</param>
    /// <param name="options">None for the projection of the paper.</param>
    /// <exception cref="ArgumentException">As for <see cref="GspProjector{T}"/>.</exception>
    public static ProjectionResult Project<T>(
        Span<T> values, VectorLayout layout, double sparsity, ReadOnlySpan<T> weights = default, ProjectionOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new GspProjector<T>(options).Project(values, values, layout, SparsityTarget.Hoyer(sparsity), weights);

    /// <summary>Projects vectors of any lengths in place.</summary>
    /// <param name="group">The vectors, replaced by their projections.</param>
    /// <param name="target">What to reach.</param>
    /// <param name="options">None for the projection of the paper.</param>
    /// <exception cref="ArgumentException">As for <see cref="GspProjector{T}"/>.</exception>
    public static ProjectionResult Project<T>(VectorGroup<T> group, SparsityTarget target, ProjectionOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new GspProjector<T>(options).Project(group, target);

    /// <summary>
    /// The projection of one vector onto the unit sphere's part of at least the given sparsity, times its length there (Hoyer, JMLR 2004,
    /// section 3.2).
    /// </summary>
    /// <param name="vector">The vector, replaced by its projection.</param>
    /// <param name="sparsity">In [0,1].</param>
    /// <exception cref="ArgumentException">As for <see cref="GspProjector{T}"/>.</exception>
    public static ProjectionResult ProjectVector<T>(Span<T> vector, double sparsity)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Project(vector, VectorLayout.Rows(1, vector.Length), sparsity);
}
