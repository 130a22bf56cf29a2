namespace GspMl.Projection;

/// <summary>What a projection is to reach: an average Hoyer sparsity, or a fraction of zeros.</summary>
public readonly record struct SparsityTarget
{
    private SparsityTarget(bool isZeros, double value) => (IsSet, IsZeros, Value) = (true, isZeros, value);

    /// <summary>
    /// Whether it is one of those below, and not what a variable holds that nothing was assigned to: such a target is refused wherever one
    /// is given.
    /// </summary>
    public bool IsSet { get; }

    /// <summary>True for a fraction of zeros, false for an average Hoyer sparsity.</summary>
    public bool IsZeros { get; }

    /// <summary>The sparsity or the fraction, in [0,1].</summary>
    public double Value { get; }

    /// <summary>
    /// The average over the vectors of the Hoyer sparsity (√n − ‖x‖₁/‖x‖₂)/(√n − 1), or of its weighted form, is to be at least
    /// <paramref name="s"/> (the constraint of grouped sparse projection: Ohib et al., TMLR 2022, section 3).
    /// </summary>
    /// <param name="s">In [0,1]: 0 asks for nothing, 1 for one entry in each vector.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="s"/> is outside [0,1] or not a number.</exception>
    public static SparsityTarget Hoyer(double s) => new(false, Checked(s, nameof(s), "sparsity"));

    /// <summary>
    /// At least this fraction of all entries of the group is to be zero; the multiplier μ of grouped sparse projection decides which. Each
    /// vector that is not zero keeps one entry.
    /// </summary>
    /// <param name="fraction">In [0,1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is outside [0,1] or not a number.</exception>
    public static SparsityTarget Zeros(double fraction) => new(true, Checked(fraction, nameof(fraction), "fraction of zeros"));

    /// <inheritdoc/>
    public override string ToString() => !IsSet ? "no target" : IsZeros ? $"zeros {Value}" : $"Hoyer sparsity {Value}";

    private static double Checked(double value, string name, string what) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"A target {what} must lie in [0,1]; it is {value}.");
}
