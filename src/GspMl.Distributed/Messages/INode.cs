
namespace GspMl.Distributed.Messages;

/// <summary>What answers requests: a shard, or several whose answers are added.</summary>
internal interface INode : IGrainWithStringKey
{
    /// <summary>The answer to a request; the last one may be asked for again.</summary>
    [Alias("step")]
    Task<ShardMessage> StepAsync(ShardMessage request);

    /// <summary>The fit is over: memory is given back.</summary>
    [Alias("end")]
    Task EndAsync();
}

/// <summary>A shard on some machine.</summary>
[Alias("gspml.shard")]
internal interface IShardGrain : INode;

/// <summary>The sum of some nodes, near the first of its shards.</summary>
[Alias("gspml.group")]
internal interface IGroupGrain : INode;
