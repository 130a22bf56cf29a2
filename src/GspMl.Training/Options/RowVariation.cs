namespace GspMl.Training;

/// <summary>
/// Makes other rows of those of a batch, anew for every step: what is wanted of them is what the teacher puts out for them. Derive from it
/// for data of one's own.
/// </summary>
public abstract class RowVariation
{
    /// <summary>
    /// Images (N × C × H × W) are turned, stretched and moved a little, their edges repeated; other rows are mixed with another one.
    /// </summary>
    public static RowVariation Gentle { get; } = new GentleVariation();

    /// <summary>Varies rows in place.</summary>
    /// <param name="values">The values of one input, row by row.</param>
    /// <param name="shape">Their shape: rows first.</param>
    /// <param name="random">Draws the same numbers for each input of a batch, so that all inputs of a row can be varied alike.</param>
    public abstract void Vary(Span<float> values, IReadOnlyList<int> shape, Random random);
}
