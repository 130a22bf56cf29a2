namespace GspMl.Projection.Solving;

/// <summary>What the search settled on, before anything is written.</summary>
/// <param name="Multiplier">The multiplier, in the solver's units.</param>
/// <param name="Ending">How the search ended.</param>
/// <param name="Iterations">The number of evaluations.</param>
internal readonly record struct Solution(double Multiplier, ProjectionEnding Ending, int Iterations)
{
    /// <summary>The multiplier just before a tie or a jump.</summary>
    public double Below { get; init; }

    /// <summary>How far tied vectors go from equal shares (0) to one entry (1); NaN if none is to be filled.</summary>
    public double Fill { get; init; } = double.NaN;

    /// <summary>
    /// How many entries that tie at <see cref="Multiplier"/> are dropped; the others stay as they are at <see cref="Below"/>.
    /// </summary>
    public long DroppedTies { get; init; } = -1;

    /// <summary>Where some of the tied entries are dropped, the others keep their values of the multiplier before.</summary>
    public double WritingMultiplier => DroppedTies >= 0 ? Below : Multiplier;
}
