using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>
/// Looks for the operator that an output comes from, behind the nodes that only put values elsewhere or take some of them: is it a softmax,
/// a sigmoid, a ReLU? Branches of a subgraph are followed where they agree.
/// </summary>
internal static class GraphEnding
{
    /// <summary>Null where the operator tells nothing.</summary>
    public static OutputEnding? Of(OnnxModel model, string output)
        => Of([.. NodeOrder.Of(model.Proto.Graph.Node).Select(place => model.Proto.Graph.Node[place])], output);

    /// <param name="nodes">In topological order; those of a subgraph behind those around it, which it may read.</param>
    /// <param name="tensor">What they put out.</param>
    private static OutputEnding? Of(List<NodeProto> nodes, string tensor)
    {
        for (var at = nodes.Count - 1; at >= 0; at--)
        {
            var output = nodes[at].Output.IndexOf(tensor);
            if (output < 0) continue;
            if (Branches(nodes[at]) is { Count: > 0 } branches)
                return Agreed(branches.Select(branch => Of([.. nodes.Take(at), .. branch.Node], branch.Output[output].Name)));
            var op = OperatorTable.Of(nodes[at]);
            if (op?.Ending is { } ending) return ending;
            if (op is null || !HandsOn(op) || nodes[at].Input.Count == 0) return null;
            tensor = nodes[at].Input[0];
        }
        return null;
    }

    private static bool HandsOn(Operator op) => op.Constants is ConstantFlowKind.Same or ConstantFlowKind.Cast || op.Channels is
        ChannelFlowKind.Transposition or ChannelFlowKind.Reshaping or ChannelFlowKind.Flattening or ChannelFlowKind.Squeezing
        or ChannelFlowKind.Unsqueezing or ChannelFlowKind.Slicing or ChannelFlowKind.Picking or ChannelFlowKind.Reduction
        or ChannelFlowKind.Pooling;

    /// <summary>The subgraphs whose outputs are the node's.</summary>
    private static List<GraphProto> Branches(NodeProto node)
        => [.. node.Attribute.Select(a => a.G).Where(graph => graph is not null && graph.Output.Count == node.Output.Count)];

    private static OutputEnding? Agreed(IEnumerable<OutputEnding?> endings)
        => endings.Distinct().ToList() is [var one] ? one : null;
}
