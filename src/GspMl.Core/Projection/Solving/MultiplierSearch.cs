namespace GspMl.Projection;

/// <summary>
/// Looks for the multiplier at which an increasing function passes through zero, by Newton's method within a bracket: bisection takes over
/// where a step leaves the bracket or does not halve the gap, which happens at the function's kinks and jumps.
/// </summary>
/// <param name="start">A multiplier of the order of the solution, for want of a slope.</param>
internal struct MultiplierSearch(double start)
{
    private readonly double start = start;
    private double previous = double.PositiveInfinity;

    /// <summary>The largest multiplier known to be too small; 0 before any is.</summary>
    public double Low { get; private set; }

    /// <summary>The smallest multiplier known to be large enough; infinity before any is.</summary>
    public double High { get; private set; } = double.PositiveInfinity;

    /// <summary>The multiplier to try next.</summary>
    public double Next { get; private set; } = start;

    /// <summary>How often the function was evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether the last step was a bisection.</summary>
    public bool Bisecting { get; private set; }

    /// <summary>No number lies between the two ends, but a jump does.</summary>
    public readonly bool Exhausted => double.IsFinite(High) && (High - Low <= 4e-16 * High || Next <= Low || Next >= High);

    /// <summary>Takes in the function's value and slope at <paramref name="at"/>.</summary>
    public void Record(double at, double gap, double slope)
    {
        Evaluations++;
        if (gap < 0) Low = Math.Max(Low, at);
        else High = Math.Min(High, at);
        var newton = at - gap / slope;
        Bisecting = !(newton > Low && newton < High) || Math.Abs(gap) > 0.5 * previous;
        Next = Bisecting ? Middle() : newton;
        previous = Math.Abs(gap);
    }

    /// <summary>Tries a multiplier of the caller's choice next, if it is between the ends.</summary>
    public void Suggest(double multiplier)
    {
        if (multiplier > Low && multiplier < High) Next = multiplier;
    }

    private readonly double Middle()
    {
        if (double.IsPositiveInfinity(High)) return Low == 0 ? start : 2 * Low;
        if (Low == 0) return High / 16;
        return High > 4 * Low ? Math.Sqrt(Low) * Math.Sqrt(High) : Low + (High - Low) / 2;
    }
}
