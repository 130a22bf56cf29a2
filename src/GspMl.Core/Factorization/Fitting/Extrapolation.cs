namespace GspMl.Factorization;

/// <summary>
/// Extrapolation between updates (Ang and Gillis, Neural Computation 31, 2019, algorithm 3): a factor goes on by β times its last move, and
/// stays non-negative. β grows while the error falls and is cut when it rises; then the alternation goes back to its best iterate and
/// makes one step without. A rise in a step without extrapolation is the update's own and is let be.
/// </summary>
internal sealed class Extrapolation
{
    private const double Cut = 1.5;
    private const double Growth = 1.01;
    private const double LimitGrowth = 1.005;
    private double step = 0.5;
    private double limit = 1;
    private bool paused = true; // the first move says nothing of the next

    /// <summary>β of the present iteration.</summary>
    public double Step => paused ? 0 : step;

    /// <summary>β of the iteration that follows an accepted one.</summary>
    public double Next => paused ? step : Math.Min(limit, step * Growth);

    /// <summary>Learns what an iteration led to; true if its iterate should be given up for the best one.</summary>
    public bool Rejects(double error, double lastError)
    {
        if (error > lastError && !paused)
        {
            limit = step;
            step /= Cut;
            return paused = true;
        }
        if (!paused)
        {
            step = Math.Min(limit, step * Growth);
            limit = Math.Min(1, limit * LimitGrowth);
        }
        return paused = false;
    }
}
