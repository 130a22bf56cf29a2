namespace GspMl.Projection.Solving;

/// <summary>A range of multipliers in which the solution is expected.</summary>
/// <param name="Low">The lower end, at least 0.</param>
/// <param name="High">The upper end, or infinity.</param>
/// <param name="Middle">The best guess.</param>
internal readonly record struct Bracket(double Low, double High, double Middle)
{
    public static Bracket All { get; } = new(0, double.PositiveInfinity, 0);
}
