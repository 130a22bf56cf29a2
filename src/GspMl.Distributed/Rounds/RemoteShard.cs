using System.Diagnostics;
using System.Numerics;
using GspMl.Distributed.Messages;
using GspMl.Factorization;

namespace GspMl.Distributed.Rounds;

/// <summary>
/// A node of the cluster. Where the machine that it was on is lost, or its answer, it is asked again, and made again elsewhere: a node
/// knows its last answer, so that nothing is done twice.
/// </summary>
internal sealed class RemoteShard<T>(INode node, string name, Outbox<T> outbox, TimeSpan patience) : IShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public bool IsRemote => true;

    public async Task<ShardSums<T>> StepAsync(ShardRequest<T> request, CancellationToken cancel = default)
    {
        var message = outbox.MessageOf(request);
        var lost = new Stopwatch();
        while (true)
        {
            try
            {
                var answer = await node.StepAsync(message).WaitAsync(cancel).ConfigureAwait(false);
                return ShardSums<T>.FromBytes(answer.Bytes);
            }
            catch (Exception e) when (IsLoss(e) && !cancel.IsCancellationRequested)
            {
                lost.Start();
                if (lost.Elapsed > patience)
                    throw new TimeoutException($"{name} has not come back for {lost.Elapsed.TotalSeconds:F0} s: {e.Message}", e);
                await Task.Delay(Pause, cancel).ConfigureAwait(false);
            }
        }
    }

    public Task EndAsync() => node.EndAsync();

    /// <summary>Whether an error is of the way to the node, not of the node.</summary>
    private static bool IsLoss(Exception e) => e is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException;
}
