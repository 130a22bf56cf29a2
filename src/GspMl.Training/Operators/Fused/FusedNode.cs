using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Fused;

/// <summary>A fused node, and where its parts are written.</summary>
internal sealed class FusedNode(NodeProto node, GraphWriter graph)
{
    private readonly Dictionary<int, string> outputs = [];

    public NodeProto Node => node;

    public GraphWriter Graph => graph;

    /// <summary>What was found for the outputs.</summary>
    public IReadOnlyDictionary<int, string> Outputs => outputs;

    public string Input(int i) => node.Input[i];

    /// <summary>Whether there is an operand at a place, where operands may be left out.</summary>
    public bool Has(int i) => i < node.Input.Count && node.Input[i].Length > 0;

    /// <summary>Whether an output is there to be read.</summary>
    public bool Wants(int i) => i < node.Output.Count && node.Output[i].Length > 0;

    /// <summary>The tensor that is an output.</summary>
    public void Give(int i, string tensor) => outputs[i] = tensor;

    /// <summary>The node's standard form: some of its operands and attributes.</summary>
    public string Standard(string op, int operands, params ReadOnlySpan<string> withoutAttributes)
    {
        var left = withoutAttributes.ToArray();
        return graph.Node(op, node.Input.Take(operands), node.Attribute.Where(attribute => !left.Contains(attribute.Name)));
    }
}
