namespace GspMl.Projection;

/// <summary>How the search for the multiplier ended.</summary>
public enum ProjectionEnding
{
    /// <summary>The vectors were sparse enough: returned as they were.</summary>
    Unchanged,

    /// <summary>The target is met to tolerance.</summary>
    Met,

    /// <summary>
    /// The target is met, at a multiplier where largest entries tie: of the unit vectors that are equally good there, those were chosen
    /// that meet the target exactly.
    /// </summary>
    MetAtTie,

    /// <summary>
    /// The sparsity jumps over the target at this multiplier and nothing can fill the gap: the side that is at least as sparse was taken.
    /// </summary>
    JumpedOver,

    /// <summary>
    /// No choice of entries reaches the target, since each vector keeps one: the sparsest was taken. Only a fraction of zeros can be out of
    /// reach.
    /// </summary>
    Unreachable,
}
