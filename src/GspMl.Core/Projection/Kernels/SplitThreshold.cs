namespace GspMl.Projection.Kernels;

/// <summary>
/// A threshold as the sum of two floats, of which the first tells exactly which floats exceed it: c &gt; τ just where c &gt; Floor.
/// </summary>
/// <param name="Floor">The largest float that is not over the threshold.</param>
/// <param name="Rest">What is missing, less than the distance from <paramref name="Floor"/> to the next float.</param>
internal readonly record struct SplitThreshold(float Floor, float Rest)
{
    public static SplitThreshold Of(double tau)
    {
        var floor = (float)tau;
        if (floor > tau) floor = MathF.BitDecrement(floor);
        if (floor >= float.MaxValue) return new(float.MaxValue, 0);
        var (rest, step) = ((float)(tau - floor), MathF.BitIncrement(floor) - floor);
        // An entry over the threshold must not lose all of its excess to rounding.
        return new(floor, rest < step ? rest : MathF.BitDecrement(step));
    }
}
