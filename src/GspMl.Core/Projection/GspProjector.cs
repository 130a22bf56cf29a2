using System.Numerics;
using GspMl.Projection.Solving;

namespace GspMl.Projection;

/// <summary>
/// Grouped sparse projection (Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: <i>Explicit Group Sparse Projection with Applications to Deep
/// Learning and NMF</i>, TMLR 2022, arXiv 1912.03896): of all groups of vectors whose average Hoyer sparsity is at least s, the nearest one
/// of the form x_i = α_i u_i. One multiplier μ serves the whole group, u_i = normalise((|c_i| − μ β_i w_i)₊), so that vectors which are
/// sparse already are changed least.
/// </summary>
/// <remarks>
/// The time grows as the number of entries: they are read about once to find μ, from a bracket that a sample gives, and once more to write;
/// where weighted entries tie at the solution for a fraction of zeros, once more. The memory is of the order of the number of vectors, and
/// of the few entries within the bracket. A projector owns the memory that it works in and reuses it: no call allocates once the largest
/// group has been seen. It is not safe to use from several threads at once; it uses several itself. Vectors of length 0 or 1 have no
/// sparsity: they pass through and are not counted. A zero vector counts with sparsity 1 and is left alone.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class GspProjector<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GroupSolver<T> solver;
    private readonly PinnedBlocks<T> blocks = new();

    /// <summary>A projector with the given options.</summary>
    /// <param name="options">None for the projection of the paper.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; its name is the exception's parameter.</exception>
    public GspProjector(ProjectionOptions? options = null)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Projections are of float or double, not of {typeof(T)}.");
        options ??= new();
        options.Validate();
        solver = new(options);
    }

    /// <summary>How closely a target is met where the options say nothing: 1e-6 for float and 1e-10 for double.</summary>
    public static double DefaultTolerance => ProjectionOptions.DefaultTolerance<T>();

    /// <summary>The sparsity reached by each vector in the last call, in the order of the vectors; NaN where none is defined.</summary>
    public ReadOnlySpan<double> VectorSparsities => solver.VectorSparsities;

    /// <summary>Called after each pass over the data, that which writes among them; for the tests.</summary>
    internal Action? Passed { set => solver.Passed = value; }

    /// <summary>How often each entry was read by the last call, on average; for the benchmarks.</summary>
    internal double EntriesReadPerEntry => solver.EntriesReadPerEntry;

    /// <summary>Projects equal-length vectors of one buffer.</summary>
    /// <param name="source">The vectors c_i; left as they are unless <paramref name="destination"/> is the same span.</param>
    /// <param name="destination">Receives the projected vectors in the same layout. Elements between the vectors are not touched.</param>
    /// <param name="layout">Where the vectors lie, in both spans.</param>
    /// <param name="target">What to reach.</param>
    /// <param name="weights">
    /// None for plain sparsity; <c>layout.Length</c> numbers shared by all vectors; or a number for each entry, laid out as
    /// <paramref name="source"/> is. At least 0, and not all 0 for any vector.
    /// </param>
    /// <param name="cancel">
    /// Looked at between passes over the data, for the last time before anything is written: a call that has begun to write completes, in
    /// place too, so that no vector is ever left half projected.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span is too short or the two overlap in part; there is no target; an entry or weight is not finite; a weight is negative; all
    /// weights of a vector are 0.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled; the destination is unchanged, and the projector can be used again.
    /// </exception>
    public ProjectionResult Project(
        ReadOnlySpan<T> source, Span<T> destination, VectorLayout layout, SparsityTarget target, ReadOnlySpan<T> weights = default,
        CancellationToken cancel = default)
    {
        Arguments.CheckLength(source.Length, layout, nameof(source));
        Arguments.CheckLength(destination.Length, layout, nameof(destination));
        Arguments.CheckWeights(weights.Length, layout, nameof(weights));
        Arguments.CheckOverlap(source, destination, nameof(destination));
        Arguments.CheckTarget(target);
        fixed (T* from = source, to = destination, w = weights)
        {
            solver.Begin();
            solver.Add(new(from, to, null, layout, w, weights.Length));
            return solver.Solve(target, cancel);
        }
    }

    /// <summary>Projects a group of vectors of any lengths in place.</summary>
    /// <param name="group">The vectors and their weights.</param>
    /// <param name="target">What to reach.</param>
    /// <param name="cancel">Looked at between passes over the data, for the last time before anything is written.</param>
    /// <exception cref="ArgumentException">
    /// There is no target; an entry or weight is not finite; a weight is negative; all weights of a vector are 0.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled; the group is unchanged.</exception>
    public ProjectionResult Project(VectorGroup<T> group, SparsityTarget target, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        Arguments.CheckTarget(target);
        try
        {
            solver.Begin();
            foreach (var block in group.Blocks) solver.Add(blocks.Pin(block));
            return solver.Solve(target, cancel);
        }
        finally
        {
            blocks.Release();
        }
    }

    /// <summary>Finds which entries a projection keeps, and writes no values.</summary>
    /// <param name="source">The vectors.</param>
    /// <param name="mask">Receives, in the same layout, true for an entry that a projection keeps.</param>
    /// <param name="layout">Where the vectors lie.</param>
    /// <param name="target">What to reach.</param>
    /// <param name="weights">
    /// As for <see cref="Project(ReadOnlySpan{T}, Span{T}, VectorLayout, SparsityTarget, ReadOnlySpan{T}, CancellationToken)"/>.
    /// </param>
    /// <param name="cancel">Looked at between passes over the data.</param>
    /// <exception cref="ArgumentException">As for the projection.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the mask is unchanged.</exception>
    public ProjectionResult SelectSupport(
        ReadOnlySpan<T> source, Span<bool> mask, VectorLayout layout, SparsityTarget target, ReadOnlySpan<T> weights = default,
        CancellationToken cancel = default)
    {
        Arguments.CheckLength(source.Length, layout, nameof(source));
        Arguments.CheckLength(mask.Length, layout, nameof(mask));
        Arguments.CheckWeights(weights.Length, layout, nameof(weights));
        Arguments.CheckTarget(target);
        fixed (T* from = source, w = weights)
        fixed (bool* to = mask)
        {
            solver.Begin();
            solver.Add(new(from, null, to, layout, w, weights.Length));
            return solver.Solve(target, cancel);
        }
    }

    /// <summary>Thresholds the vectors at a multiplier that is known, for example from an earlier batch: x_i = α_i u_i(μ).</summary>
    /// <param name="source">The vectors.</param>
    /// <param name="destination">Receives the result in the same layout; may be <paramref name="source"/>.</param>
    /// <param name="layout">Where the vectors lie.</param>
    /// <param name="multiplier">μ ≥ 0, in the units of <see cref="ProjectionResult.Multiplier"/>.</param>
    /// <param name="weights">As for the projection.</param>
    /// <exception cref="ArgumentException">As for the projection; or the multiplier is negative or not finite.</exception>
    public ProjectionResult Apply(ReadOnlySpan<T> source, Span<T> destination, VectorLayout layout, double multiplier,
        ReadOnlySpan<T> weights = default)
    {
        Arguments.CheckLength(source.Length, layout, nameof(source));
        Arguments.CheckLength(destination.Length, layout, nameof(destination));
        Arguments.CheckWeights(weights.Length, layout, nameof(weights));
        Arguments.CheckOverlap(source, destination, nameof(destination));
        Arguments.CheckMultiplier(multiplier);
        fixed (T* from = source, to = destination, w = weights)
        {
            solver.Begin();
            solver.Add(new(from, to, null, layout, w, weights.Length));
            return solver.Apply(multiplier);
        }
    }

    /// <summary>
    /// The average sparsity g that a multiplier leads to, and its derivative. Averages of several batches, weighted by their number of
    /// vectors, add up to that of the whole: so a group that does not fit into memory can be solved by reading it once for each evaluation.
    /// </summary>
    /// <param name="source">The vectors, which are only read.</param>
    /// <param name="layout">Where they lie.</param>
    /// <param name="multiplier">μ ≥ 0, in the units of <see cref="ProjectionResult.Multiplier"/>.</param>
    /// <param name="weights">As for the projection.</param>
    /// <exception cref="ArgumentException">As for the projection; or the multiplier is negative or not finite.</exception>
    public SparsityAtMultiplier MeasureSparsity(ReadOnlySpan<T> source, VectorLayout layout, double multiplier,
        ReadOnlySpan<T> weights = default)
    {
        Arguments.CheckLength(source.Length, layout, nameof(source));
        Arguments.CheckWeights(weights.Length, layout, nameof(weights));
        Arguments.CheckMultiplier(multiplier);
        fixed (T* from = source, w = weights)
        {
            solver.Begin();
            solver.Add(new(from, null, null, layout, w, weights.Length));
            return solver.MeasureSparsity(multiplier);
        }
    }
}
