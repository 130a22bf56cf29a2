using GspMl.Projection;

namespace GspMl.ML;

/// <summary>
/// Finds the multiplier μ at which the average sparsity of a group reaches a target, where each evaluation reads the whole group once:
/// Newton's method from the left, kept within a bracket (Ohib et al., TMLR 2022, section 3.2).
/// </summary>
internal sealed class MultiplierSearch(double target, double tolerance)
{
    private const int MostEvaluations = 200;
    private const double SmallestBracket = 1e-12; // of the multiplier: below it the sparsity jumps, as it does where largest entries tie

    private double low, high = double.PositiveInfinity, sparsityAtHigh = 1;

    /// <summary>A multiplier and what it leads to.</summary>
    public readonly record struct Found(double Multiplier, double Sparsity, int Evaluations, ProjectionEnding Ending);

    /// <param name="evaluate">The average sparsity and its derivative at a multiplier.</param>
    /// <param name="guess">Where to look first, as from a sample of the group; 0 for nowhere.</param>
    public Found Find(Func<double, SparsityAtMultiplier> evaluate, double guess)
    {
        var at = evaluate(0);
        if (at.Sparsity >= target) return new(0, at.Sparsity, 1, ProjectionEnding.Unchanged);
        var multiplier = guess > 0 ? guess : Newton(0, at);
        for (var evaluations = 2; ; evaluations++)
        {
            at = evaluate(multiplier);
            if (Math.Abs(at.Sparsity - target) <= tolerance) return new(multiplier, at.Sparsity, evaluations, ProjectionEnding.Met);
            Narrow(multiplier, at.Sparsity);
            if (double.IsFinite(high) && (high - low <= SmallestBracket * high || evaluations >= MostEvaluations))
                return new(high, sparsityAtHigh, evaluations, ProjectionEnding.JumpedOver);
            multiplier = Next(multiplier, at, evaluations);
        }
    }

    private void Narrow(double multiplier, double sparsity)
    {
        if (sparsity < target) low = multiplier;
        else (high, sparsityAtHigh) = (multiplier, sparsity);
    }

    /// <summary>Newton's step while it stays within the bracket; every fourth step halves the bracket, so that a jump is closed in upon.</summary>
    private double Next(double multiplier, SparsityAtMultiplier at, int evaluations)
    {
        var step = Newton(multiplier, at);
        if (double.IsPositiveInfinity(high)) return step > low && step < 16 * low ? step : 2 * low;
        return step > low && step < high && evaluations % 4 != 0 ? step : (low + high) / 2;
    }

    private double Newton(double multiplier, SparsityAtMultiplier at) =>
        at.Derivative > 0 ? multiplier + ((target - at.Sparsity) / at.Derivative) : double.NaN;
}
