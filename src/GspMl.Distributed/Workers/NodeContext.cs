using GspMl.Distributed.Runs;

namespace GspMl.Distributed.Workers;

/// <summary>What the nodes of a machine share.</summary>
internal sealed class NodeContext(ClusterOptions options, IShardRows rows)
{
    public ClusterOptions Options => options;

    public IShardRows Rows => rows;

    public RunFolder Run(string name) => RunFolder.Of(options.Folder, name);
}
