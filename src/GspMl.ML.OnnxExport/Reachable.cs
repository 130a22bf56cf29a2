using GspMl.Onnx.Proto;

namespace GspMl.ML.OnnxExport;

/// <summary>What of a graph its outputs need.</summary>
internal static class Reachable
{
    /// <summary>Takes out nodes and constants that no output needs; ML.NET's converter and GspMl keep names of slots in such.</summary>
    public static void Prune(GraphProto graph, IEnumerable<string> outputs)
    {
        var needed = outputs.ToHashSet();
        foreach (var node in graph.Node.Reverse().ToList())
        {
            if (node.Output.Any(needed.Contains)) needed.UnionWith(Inputs(node));
            else graph.Node.Remove(node);
        }
        foreach (var tensor in graph.Initializer.Where(tensor => !needed.Contains(tensor.Name)).ToList()) graph.Initializer.Remove(tensor);
    }

    public static bool Reads(GraphProto graph, string value) => graph.Node.Any(node => Inputs(node).Contains(value));

    /// <summary>The values that a node reads, its bodies' included.</summary>
    private static IEnumerable<string> Inputs(NodeProto node)
    {
        var bodies = node.Attribute.Where(attribute => attribute.G is not null).Select(attribute => attribute.G);
        return node.Input.Concat(bodies.SelectMany(body => body.Node.SelectMany(Inputs).Concat(body.Output.Select(output => output.Name))));
    }
}
