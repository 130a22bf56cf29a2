using System.Runtime.ExceptionServices;

namespace GspMl.Onnx.Threading;

/// <summary>A loop on several threads that throws what its body threw.</summary>
internal static class Threads
{
    /// <param name="count">How often the body runs.</param>
    /// <param name="most">The most threads; 0 for one for each processor, 1 for the calling thread alone.</param>
    /// <param name="body">Takes the number of the run.</param>
    /// <param name="cancel">Looked at before each run of the body.</param>
    public static void For(int count, int most, Action<int> body, CancellationToken cancel = default)
    {
        if (most == 1)
        {
            for (var run = 0; run < count; run++)
            {
                cancel.ThrowIfCancellationRequested();
                body(run);
            }
            return;
        }
        try { Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = most > 0 ? most : Environment.ProcessorCount, CancellationToken = cancel }, body); }
        catch (AggregateException e) { ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); }
    }
}
