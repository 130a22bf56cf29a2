namespace GspMl.Projection;

/// <summary>What a projection reached, and how.</summary>
public readonly record struct ProjectionResult
{
    /// <summary>
    /// The multiplier μ of the sparsity constraint: vector i was thresholded at μ·β_i·w_i with β_i = 1/(‖w_i‖₂ − min w_i), in the units of
    /// the data (with <see cref="ProjectionOptions.UnitNorm"/>, of the data divided by each vector's norm). 0 when nothing had to change.
    /// </summary>
    public double Multiplier { get; init; }

    /// <summary>
    /// The average Hoyer sparsity of the projected vectors counted; 1 when none is counted. A weighted vector can vanish: where the largest
    /// of
    /// |c| − μβw is an entry with c = 0, u is one-hot there and α = |c|ᵀu = 0. No other entry has less weight then, so that the sparsity
    /// of u is 1, which is also what a zero vector counts. With a target of zeros no vector vanishes.
    /// </summary>
    public double Sparsity { get; init; }

    /// <summary>
    /// The fraction of all entries that are zero afterwards, what underflows to 0 included; 0 for an empty group. Where only the support
    /// was asked for, of the entries not in it.
    /// </summary>
    public double Zeros { get; init; }

    /// <summary>How often the average sparsity was evaluated while μ was sought.</summary>
    public int Iterations { get; init; }

    /// <summary>How the search ended.</summary>
    public ProjectionEnding Ending { get; init; }

    /// <summary>Vectors counted in the average, the zero vectors among them.</summary>
    public long Vectors { get; init; }

    /// <summary>Vectors that were zero before: their sparsity is 1, and they are left alone.</summary>
    public long ZeroVectors { get; init; }

    /// <summary>Vectors of length 0 or 1, for which no sparsity is defined: passed through and not counted.</summary>
    public long UndefinedVectors { get; init; }
}
