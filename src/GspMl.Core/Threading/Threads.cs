namespace GspMl.Threading;


/// <summary>
/// What a bound on threads means wherever GspMl has one: 0 stands for as many threads as there are processors, 1 for the calling thread and
/// no other worker, and any other number is the most threads at work at once, the caller's among them.
/// </summary>
public static class Threads
{
    /// <summary>The number of threads that a bound stands for.</summary>
    /// <param name="maxThreads">0: one for each processor.</param>
    /// <returns>At least 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative.</exception>
    public static int Resolve(int maxThreads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxThreads);
        return maxThreads == 0 ? Environment.ProcessorCount : maxThreads;
    }

    /// <summary>Runs the body once for each number below <paramref name="count"/>, in any order.</summary>
    /// <param name="count">How often the body runs.</param>
    /// <param name="maxThreads">The most threads to use; 0: one for each processor; 1: all runs, in order, on the calling thread.</param>
    /// <param name="body">
    /// Takes the number of the run. What it throws is thrown here, as it was; the runs not yet begun are then left out.
    /// </param>
    /// <param name="cancel">Looked at before each run.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void For(int count, int maxThreads, Action<int> body, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(body);
        new Workforce(Math.Max(1, Math.Min(Resolve(maxThreads), count))).Run(count, (run, _) =>
        {
            cancel.ThrowIfCancellationRequested();
            body(run);
        });
    }
}
