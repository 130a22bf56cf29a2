using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Rewriting;

/// <summary>What nothing reads any more once a graph was rewritten.</summary>
internal static class UnreadParts
{
    /// <summary>Removes nodes, initializers and told shapes that the rewriting left without a reader; what had none before stays.</summary>
    public static void Remove(GraphProto graph, GraphProto before)
    {
        var readBefore = Read(before);
        var kept = graph.Input.Select(input => input.Name).ToHashSet();
        for (var isChanged = true; isChanged;)
        {
            var read = Read(graph);
            bool IsUnread(string name) => readBefore.Contains(name) && !read.Contains(name);
            var nodes = graph.Node.Where(node => node.Output.All(IsUnread)).ToList();
            foreach (var node in nodes) graph.Node.Remove(node);
            isChanged = nodes.Count > 0;
            Keep(graph.Initializer, tensor => kept.Contains(tensor.Name) || !IsUnread(tensor.Name));
        }
        var made = graph.Node.SelectMany(node => node.Output).ToHashSet();
        Keep(graph.ValueInfo, info => made.Contains(info.Name) || kept.Contains(info.Name));
    }

    private static HashSet<string> Read(GraphProto graph)
        => [.. graph.Node.SelectMany(NodeReads.Of), .. graph.Output.Select(output => output.Name)];

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> field, Func<T, bool> isKept)
    {
        var rest = field.Where(isKept).ToList();
        if (rest.Count == field.Count) return;
        field.Clear();
        field.AddRange(rest);
    }
}
