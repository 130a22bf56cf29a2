using System.Diagnostics;

namespace GspMl.Factorization;

/// <summary>Keeps the trace of a fit, knows its best iteration and says when it should end.</summary>
internal sealed class Progression(NmfOptions options, IProgress<NmfIteration>? progress, CancellationToken cancel)
{
    private const int Window = 10;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly List<NmfIteration> trace = [];
    private readonly List<double> best = [];

    public IReadOnlyList<NmfIteration> Trace => trace;

    public int BestIteration { get; private set; }

    /// <summary>Whether the last iteration is the best.</summary>
    public bool IsBest => BestIteration == trace.Count;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started);

    public NmfEnding? Ending { get; private set; }

    /// <summary>Records an iteration; true if it is the best so far.</summary>
    /// <exception cref="ArgumentException">The error is no number: values were too large for their type.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool Record(double error, double basisSparsity, double coefficientSparsity)
    {
        if (double.IsNaN(error))
            throw new ArgumentException(
                $"Iteration {trace.Count + 1} left no number as its error: "
                + "the data, or the factors started from, are too far from 1. Scale them.");
        var iteration = new NmfIteration
        {
            Iteration = trace.Count + 1,
            Elapsed = Elapsed,
            RelativeError = error,
            BasisSparsity = basisSparsity,
            CoefficientSparsity = coefficientSparsity,
        };
        trace.Add(iteration);
        var improved = best.Count == 0 || error < best[^1];
        best.Add(improved ? error : best[^1]);
        if (improved) BestIteration = iteration.Iteration;
        progress?.Report(iteration);
        cancel.ThrowIfCancellationRequested();
        Ending = EndingNow();
        return improved;
    }

    private NmfEnding? EndingNow()
    {
        if (HasConverged()) return NmfEnding.Converged;
        if (trace.Count >= options.MaxIterations) return NmfEnding.MaxIterations;
        return Elapsed >= options.MaxTime ? NmfEnding.MaxTime : null;
    }

    private bool HasConverged()
    {
        if (best[^1] <= 0) return true;
        if (options.Tolerance <= 0 || best.Count <= Window) return false;
        var before = best[^(Window + 1)];
        return before - best[^1] < options.Tolerance * before;
    }
}
