using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Operators;

/// <summary>What a node reads.</summary>
internal static class NodeReads
{
    /// <summary>The tensors a node reads, those that its subgraphs take from around them included.</summary>
    public static IEnumerable<string> Of(NodeProto node)
    {
        foreach (var input in node.Input)
            if (input.Length > 0) yield return input;
        foreach (var graph in node.Attribute.SelectMany(Subgraphs))
        {
            var own = graph.Node.SelectMany(n => n.Output).Concat(graph.Initializer.Select(t => t.Name))
                .Concat(graph.Input.Select(i => i.Name)).ToHashSet();
            foreach (var name in graph.Node.SelectMany(Of).Concat(graph.Output.Select(o => o.Name)))
                if (!own.Contains(name)) yield return name;
        }
    }

    /// <summary>The graphs that an attribute holds.</summary>
    public static IEnumerable<GraphProto> Subgraphs(AttributeProto attribute)
        => attribute.G is { } graph ? attribute.Graphs.Prepend(graph) : attribute.Graphs;
}
