namespace GspMl.Projection;

/// <summary>What a projection reached, and how.</summary>
/// <param name="Multiplier">
/// The multiplier μ of the sparsity constraint: vector i was thresholded at μ·β_i·w_i with β_i = 1/(‖w_i‖₂ − min w_i), in the units of the data
/// (with <see cref="ProjectionOptions.UnitNorm"/>, of the data divided by each vector's norm). 0 when nothing had to change.
/// </param>
/// <param name="Sparsity">
/// The average Hoyer sparsity of the projected vectors counted; 1 when none is counted. A weighted vector can vanish: where the largest of
/// |c| − μβw is an entry with c = 0, u is one-hot there and α = |c|ᵀu = 0. No other entry has less weight then, so that the sparsity of u is 1,
/// which is also what a zero vector counts. With a target of zeros no vector vanishes.
/// </param>
/// <param name="Zeros">
/// The fraction of all entries that are zero afterwards, what underflows to 0 included; 0 for an empty group. Where only the support was
/// asked for, of the entries not in it.
/// </param>
/// <param name="Iterations">How often the average sparsity was evaluated while μ was sought.</param>
/// <param name="Ending">How the search ended.</param>
/// <param name="Vectors">Vectors counted in the average, the zero vectors among them.</param>
/// <param name="ZeroVectors">Vectors that were zero before: their sparsity is 1, and they are left alone.</param>
/// <param name="UndefinedVectors">Vectors of length 0 or 1, for which no sparsity is defined: passed through and not counted.</param>
public readonly record struct ProjectionResult(
    double Multiplier,
    double Sparsity,
    double Zeros,
    int Iterations,
    ProjectionEnding Ending,
    long Vectors,
    long ZeroVectors,
    long UndefinedVectors);

/// <summary>How the search for the multiplier ended.</summary>
public enum ProjectionEnding
{
    /// <summary>The vectors were sparse enough: returned as they were.</summary>
    Unchanged,

    /// <summary>The target is met to tolerance.</summary>
    Met,

    /// <summary>
    /// The target is met, at a multiplier where largest entries tie: of the unit vectors that are equally good there, those were chosen that
    /// meet the target exactly.
    /// </summary>
    MetAtTie,

    /// <summary>The sparsity jumps over the target at this multiplier and nothing can fill the gap: the side that is at least as sparse was taken.</summary>
    JumpedOver,

    /// <summary>No choice of entries reaches the target, since each vector keeps one: the sparsest was taken. Only a fraction of zeros can be out of reach.</summary>
    Unreachable,
}

/// <summary>The average sparsity that a given multiplier leads to.</summary>
/// <param name="Sparsity">The average over the vectors counted; 1 when none is.</param>
/// <param name="Derivative">Its derivative by the multiplier, at least 0; the derivative to the right where there is a kink.</param>
/// <param name="Vectors">Vectors counted in the average, zero vectors among them: the weight of this average when groups are combined.</param>
public readonly record struct SparsityAtMultiplier(double Sparsity, double Derivative, long Vectors);
