namespace GspMl.Onnx.Streaming;

/// <summary>Where an increasing function of a number that is at least 0 reaches a value.</summary>
/// <param name="At">The argument.</param>
/// <param name="IsMet">False where the function jumps over the value; the argument is then the least found past the jump.</param>
internal readonly record struct IncreasingRoot(double At, bool IsMet)
{
    private const int MostEvaluations = 200;

    // Finer than the steps of float: a jump is told from a steep rise.
    private const double Resolution = 1e-9;

    /// <summary>Newton's method within a bracket; bisection where a step leaves it or does not halve the gap.</summary>
    /// <param name="function">The value and the slope at an argument.</param>
    /// <param name="target">The value to reach; more than the function has at 0.</param>
    /// <param name="start">Where to begin, more than 0.</param>
    /// <param name="tolerance">How far the value may be from the target.</param>
    public static IncreasingRoot Find(Func<double, (double Value, double Slope)> function, double target, double start, double tolerance)
    {
        var (low, high, previous, next) = (0.0, double.PositiveInfinity, double.PositiveInfinity, start);
        for (var i = 0; i < MostEvaluations && low < high * (1 - Resolution); i++)
        {
            var (at, (value, slope)) = (next, function(next));
            var gap = value - target;
            if (Math.Abs(gap) <= tolerance) return new(at, true);
            (low, high) = gap < 0 ? (at, high) : (low, at);
            next = at - (gap / slope);
            if (!(next > low && next < high) || Math.Abs(gap) > previous / 2) next = double.IsInfinity(high) ? 2 * at : low + ((high - low) / 2);
            previous = Math.Abs(gap);
        }
        return new(high, false);
    }
}
