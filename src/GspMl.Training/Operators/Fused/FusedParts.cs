using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Fused;

/// <summary>
/// Writes operators into which ONNX Runtime fuses others by these parts, whose gradients are known. Fused again when it runs, they cost
/// nothing.
/// </summary>
internal static class FusedParts
{
    private static readonly Dictionary<(string Domain, string Op), Action<FusedNode>> Known = new()
    {
        [(OperatorDomain.Microsoft, "FusedConv")] = FusedProducts.Conv,
        [(OperatorDomain.Microsoft, "FusedGemm")] = FusedProducts.Gemm,
        [(OperatorDomain.Microsoft, "Gelu")] = node => node.Give(0, Gelus.ByErf(node.Graph, node.Input(0))),
        [(OperatorDomain.Microsoft, "BiasGelu")] = Gelus.Biased,
        [(OperatorDomain.Microsoft, "FastGelu")] = Gelus.Fast,
        [(OperatorDomain.Microsoft, "QuickGelu")] = Gelus.Quick,
        [(OperatorDomain.Microsoft, "SkipLayerNormalization")] = SkipNormalizations.Centred,
        [(OperatorDomain.Microsoft, "SkipSimplifiedLayerNormalization")] = SkipNormalizations.Simplified,
        // ONNX Runtime writes it under ONNX's own domain, which has none of that name.
        [(OperatorDomain.Onnx, "SimplifiedLayerNormalization")] = SkipNormalizations.Alone,
    };

    /// <summary>The names of the operators, for tests.</summary>
    public static IEnumerable<string> Operators => Known.Keys.Select(key => key.Op);

    /// <summary>Changes a graph in place.</summary>
    /// <exception cref="NoGradientException">A node has an activation function that is not known.</exception>
    public static void Apply(GraphProto graph, long opset)
    {
        if (!graph.Node.Any(node => Known.ContainsKey(Key(node)))) return;
        var writer = new GraphWriter(graph, opset);
        var nodes = graph.Node.ToList();
        graph.Node.Clear();
        foreach (var node in nodes)
            if (Known.TryGetValue(Key(node), out var write)) Write(new(node, writer), write);
            else graph.Node.Add(node);
    }

    private static (string, string) Key(NodeProto node) => (OperatorDomain.Of(node.Domain), node.OpType);

    private static void Write(FusedNode node, Action<FusedNode> write)
    {
        write(node);
        for (var i = 0; i < node.Node.Output.Count; i++)
        {
            if (!node.Wants(i)) continue;
            var found = node.Outputs.TryGetValue(i, out var tensor) ? tensor
                : throw new NoGradientException($"output {i} of {node.Node.OpType} '{node.Node.Name}' is read");
            node.Graph.Graph.Node.Add(Expressions.Copy(found, node.Node.Output[i]));
        }
    }
}
