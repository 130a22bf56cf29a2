namespace GspMl.Projection;

/// <summary>
/// Looks for the multiplier μ ≥ 0 at which an increasing function passes through zero, such as the average sparsity of a group less its
/// target, where each evaluation may be a pass over data that does not fit into memory. The caller makes the passes: it evaluates the
/// function at
/// <see cref="Next"/>, records what it found, and goes on until there is an <see cref="Ending"/>.
/// </summary>
/// <remarks>
/// Newton's method from the left within a bracket (Ohib et al., TMLR 2022, section 3.2): bisection takes over where a step leaves the
/// bracket or does not halve the gap, which happens at the function's kinks and jumps. Who evaluates at <see cref="Next"/> only, evaluates
/// at most
/// <see cref="MostEvaluations"/> times, whatever the function: so many steps of Newton's are made at all, and so many bisections bring any
/// two ends together that double can hold, since they halve the exponent before they halve the number.
/// </remarks>
public sealed class MultiplierSearch
{
    /// <summary>The most evaluations at <see cref="Next"/>.</summary>
    public const int MostEvaluations = MostSteps + MostBisections;

    /// <summary>Steps of Newton's, and suggestions: each of Newton's halves the gap, and after so many no digit of it is left.</summary>
    private const int MostSteps = 64;

    /// <summary>
    /// Up to 30 until both ends are known and above 0, 11 until one is at most four times the other, 52 until no number is between.
    /// </summary>
    private const int MostBisections = 96;

    /// <summary>How far from the start the ends are looked for in even steps, before the steps grow.</summary>
    private const double Far = 1 << 16, Near = 1.0 / (1L << 32) / (1L << 32);

    private readonly double resolution;
    private double start, tolerance, previous;
    private int steps;

    /// <summary>A search that begins at <paramref name="start"/>.</summary>
    /// <param name="start">A multiplier of the order of the solution: more than 0, finite.</param>
    /// <param name="tolerance">How far from zero the function may be where the search ends; at least 0.</param>
    /// <param name="resolution">
    /// The relative distance of the two ends from which on a jump is taken to lie between them; at least 0.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public MultiplierSearch(double start, double tolerance = 0, double resolution = 4e-16)
    {
        if (!(resolution >= 0))
            throw new ArgumentOutOfRangeException(nameof(resolution), resolution, $"A resolution is at least 0; it is {resolution}.");
        this.resolution = resolution;
        Restart(start, tolerance);
    }

    /// <summary>The largest multiplier known to be too small; 0 before any is.</summary>
    public double Low { get; private set; }

    /// <summary>The smallest multiplier known to be large enough; infinity before any is.</summary>
    public double High { get; private set; }

    /// <summary>The multiplier to evaluate at next.</summary>
    public double Next { get; private set; }

    /// <summary>How often the function was evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>
    /// How the search ended; null while it goes on. <see cref="ProjectionEnding.Unchanged"/>: the function is not below zero at 0.
    /// <see cref="ProjectionEnding.Met"/>: it is zero, to tolerance, where it was evaluated last.
    /// <see cref="ProjectionEnding.JumpedOver"/>: it jumps from below to above zero, between two ends that nothing separates.
    /// <see cref="ProjectionEnding.Unreachable"/>: it is below zero for every number.
    /// </summary>
    public ProjectionEnding? Ending { get; private set; }

    /// <summary>
    /// The multiplier found: at a jump the side where the function is above zero. Until the search has ended, the last one tried.
    /// </summary>
    public double Multiplier { get; private set; }

    /// <summary>The function at <see cref="Multiplier"/>.</summary>
    public double Gap { get; private set; }

    /// <summary>Whether the next multiplier comes from bisection.</summary>
    internal bool IsBisecting { get; private set; }

    /// <summary>No number lies between the two ends.</summary>
    internal bool IsExhausted => double.IsFinite(High) && (High - Low <= resolution * High || !(Next > Low && Next < High));

    private double GapAtHigh { get; set; }

    /// <summary>Forgets everything and begins anew.</summary>
    internal void Restart(double start, double tolerance)
    {
        if (!(start > 0) || double.IsInfinity(start))
            throw new ArgumentOutOfRangeException(nameof(start), start,
                $"A search begins at a finite number more than 0; this is {start}.");
        if (!(tolerance >= 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, $"A tolerance is at least 0; it is {tolerance}.");
        (this.start, this.tolerance, previous, steps) = (start, tolerance, double.PositiveInfinity, 0);
        (Low, High, Next, Multiplier, Gap, GapAtHigh) = (0, double.PositiveInfinity, start, 0, double.NaN, double.NaN);
        (Evaluations, Ending, IsBisecting) = (0, null, false);
    }

    /// <summary>
    /// Takes in an evaluation. A search that has ended may go on, as for a last step of Newton's that makes a good solution better.
    /// </summary>
    /// <param name="multiplier">Where the function was evaluated, as a rule <see cref="Next"/>; at least 0.</param>
    /// <param name="gap">Its value: below zero where the multiplier is too small.</param>
    /// <param name="slope">Its derivative; 0 or not a number if it is not known.</param>
    /// <exception cref="ArgumentException">The value is not a number.</exception>
    public void Record(double multiplier, double gap, double slope)
    {
        if (double.IsNaN(gap)) throw new ArgumentException($"The function has no value at multiplier {multiplier}.", nameof(gap));
        Evaluations++;
        if (gap < 0) Low = Math.Max(Low, multiplier);
        else if (multiplier <= High) (High, GapAtHigh) = (multiplier, gap);
        var newton = multiplier - gap / slope;
        IsBisecting = !(newton > Low && newton < High) || Math.Abs(gap) > 0.5 * previous || steps == MostSteps;
        if (!IsBisecting) steps++;
        Next = IsBisecting ? Middle() : newton;
        previous = Math.Abs(gap);
        (Multiplier, Gap, Ending) = (multiplier, gap, EndingNow(multiplier, gap));
        if (Ending == ProjectionEnding.JumpedOver) (Multiplier, Gap) = (High, GapAtHigh);
    }

    /// <summary>Tries a multiplier of the caller's choice next, if it is between the ends.</summary>
    /// <param name="multiplier">For example what a sample of the group leads to.</param>
    public void Suggest(double multiplier)
    {
        if (!(multiplier > Low && multiplier < High) || steps == MostSteps) return;
        (Next, steps) = (multiplier, steps + 1);
    }

    /// <summary>Evaluates until the search ends.</summary>
    /// <param name="evaluate">The function's value and slope at a multiplier.</param>
    /// <returns>How it ended.</returns>
    public ProjectionEnding Run(Func<double, (double Gap, double Slope)> evaluate)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        while (Ending is null)
        {
            var at = Next;
            var (gap, slope) = evaluate(at);
            Record(at, gap, slope);
        }
        return Ending.Value;
    }

    private ProjectionEnding? EndingNow(double multiplier, double gap)
    {
        if (multiplier == 0 && gap >= -tolerance) return ProjectionEnding.Unchanged;
        if (Math.Abs(gap) <= tolerance) return ProjectionEnding.Met;
        if (IsExhausted) return ProjectionEnding.JumpedOver;
        return double.IsPositiveInfinity(Next) ? ProjectionEnding.Unreachable : null;
    }

    private double Middle()
    {
        if (double.IsPositiveInfinity(High))
            return Low == 0 ? start : Low < double.MaxValue ? Math.Min(double.MaxValue, Further()) : double.PositiveInfinity;
        if (Low == 0) return High > 16 * start ? start : High > Near * start ? High / 16 : Mean(double.Epsilon, High);
        return High > 4 * Low ? Mean(Low, High) : Low + (High - Low) / 2;
    }

    private double Further() => Low < Far * start ? 2 * Low : Low * (Low / start);

    private static double Mean(double a, double b) => Math.Sqrt(a) * Math.Sqrt(b);
}
