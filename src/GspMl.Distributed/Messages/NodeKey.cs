using System.Globalization;

namespace GspMl.Distributed.Messages;

/// <summary>The key of a node's grain: its run, the node, and where among the shards of the run it stands, for whoever places it.</summary>
internal readonly record struct NodeKey(string Run, ShardNode Node, int FirstShard, int Shards)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Run}/{Node.Level}/{Node.Index}/{FirstShard}/{Shards}");

    public static NodeKey Parse(string key) => key.Split('/') is [var run, var level, var index, var first, var shards]
        ? new(run, new(Read(level), Read(index)), Read(first), Read(shards))
        : throw new FormatException($"'{key}' is no key of a node.");

    private static int Read(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
