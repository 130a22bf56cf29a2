namespace GspMl.Projection;

/// <summary>Scaling that changes no digit: squares of the scaled numbers neither overflow nor vanish.</summary>
internal static class PowerOfTwo
{
    /// <summary>The power of two that brings a largest magnitude near 1, itself within the range of double; infinity for 0.</summary>
    public static double ToScale(double largest) =>
        largest == 0 ? double.PositiveInfinity : Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest), -1000, 1000));

    /// <summary>
    /// 1 as long as squares of the numbers stay within double, as those of floats always do; otherwise the power of two that brings them
    /// there.
    /// </summary>
    public static double ToRange(double largest) =>
        largest is 0 or (>= 1e-130 and <= 1e130) || !double.IsFinite(largest) ? 1 : ToScale(largest);
}
