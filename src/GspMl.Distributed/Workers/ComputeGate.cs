namespace GspMl.Distributed.Workers;

/// <summary>One shard of a machine computes at a time, with all the machine's threads, and not on those that carry messages.</summary>
internal sealed class ComputeGate : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);

    public async Task<TResult> RunAsync<TResult>(Func<TResult> work)
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(work).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
