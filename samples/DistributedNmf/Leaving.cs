using GspMl.Distributed;
using GspMl.Factorization;

namespace DistributedNmf;

/// <summary>Lets the last worker leave at an iteration, while others work.</summary>
internal sealed class Leaving(List<ClusterWorker> members, int at) : IProgress<NmfIteration>
{
    public void Report(NmfIteration value)
    {
        if (value.Iteration != at) return;
        var last = members[^1];
        members.RemoveAt(members.Count - 1);
        _ = last.DisposeAsync().AsTask();
    }
}
