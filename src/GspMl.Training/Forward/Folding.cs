using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Forward;

/// <summary>Stores what is the same for every batch of one shape, and drops what nothing reads: shapes need not be computed
/// again.</summary>
internal static class Folding
{
    /// <summary>Folds a graph in place.</summary>
    public static void Apply(GraphProto graph, SeenTensors seen)
    {
        var kept = graph.Node.Where(node => !IsKnown(node, seen)).ToList();
        var read = kept.SelectMany(NodeReads.Of).Concat(graph.Output.Select(output => output.Name)).ToHashSet();
        foreach (var name in graph.Node.Except(kept).SelectMany(node => node.Output).Where(read.Contains))
            graph.Initializer.Add(Tensors.OfBytes(name, seen[name].Type, seen[name].Bytes!, seen[name].Shape));
        graph.Node.Clear();
        graph.Node.AddRange(kept);
    }

    /// <summary>Drops nodes whose results nothing reads, and initializers that no node reads any more.</summary>
    public static void Trim(GraphProto graph)
    {
        var read = graph.Output.Select(output => output.Name).ToHashSet();
        var kept = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (!node.Output.Any(read.Contains)) continue;
            kept.Add(node);
            read.UnionWith(NodeReads.Of(node));
        }
        kept.Reverse();
        graph.Node.Clear();
        graph.Node.AddRange(kept);
        foreach (var tensor in graph.Initializer.Where(tensor => !read.Contains(tensor.Name)).ToList()) graph.Initializer.Remove(tensor);
        foreach (var input in graph.Input.Where(input => !read.Contains(input.Name)).ToList()) graph.Input.Remove(input);
    }

    private static bool IsKnown(NodeProto node, SeenTensors seen)
        => node.Output.All(output => output.Length == 0 || (seen.Knows(output) && seen[output].Bytes is not null));
}
