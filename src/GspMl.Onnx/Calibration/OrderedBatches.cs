using GspMl.Threading;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Batches at work on several threads, whose results are taken one after another in the order of the batches: what is added up of them is
/// the same to the bit for any number of threads.
/// </summary>
internal static class OrderedBatches
{
    /// <summary>Makes something of each batch, a few at once, and hands it on.</summary>
    /// <typeparam name="T">What is made of a batch.</typeparam>
    /// <param name="batches">How many there are.</param>
    /// <param name="atOnce">The most that are at work, and whose results are held, at once; 1: all on the calling thread.</param>
    /// <param name="make">From a batch to what is made of it; called on any thread.</param>
    /// <param name="take">Takes batch by batch, in order, on the calling thread.</param>
    /// <param name="cancel">Looked at before each batch.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run<T>(int batches, int atOnce, Func<int, T> make, Action<int, T> take, CancellationToken cancel)
    {
        for (var first = 0; first < batches; first += atOnce)
        {
            cancel.ThrowIfCancellationRequested();
            var (start, made) = (first, new T[Math.Min(atOnce, batches - first)]);
            Threads.For(made.Length, atOnce, i => made[i] = make(start + i), cancel);
            for (var i = 0; i < made.Length; i++)
            {
                take(start + i, made[i]);
                // What was taken is not to outlive the next batch's work.
                made[i] = default!;
            }
        }
    }
}
