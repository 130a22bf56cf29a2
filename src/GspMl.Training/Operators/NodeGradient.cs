using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators;

/// <summary>
/// One node on the way back: what a rule is told of it, and where it puts what it finds. Shapes are those of the batch that the graph is
/// built for, so a rule may count on every extent.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="graph">Where the gradient is written.</param>
/// <param name="seen">Shapes and constants.</param>
/// <param name="gradients">The gradient of each output; null where nothing depends on it.</param>
/// <param name="wanted">Which inputs' gradients are asked for.</param>
internal sealed class NodeGradient(NodeProto node, GraphWriter graph, SeenTensors seen, IReadOnlyList<string?> gradients,
    IReadOnlyList<bool> wanted)
{
    private readonly string?[] found = new string?[node.Input.Count];

    public NodeProto Node => node;

    public GraphWriter Graph => graph;

    /// <summary>What was found for each input; null where nothing flows.</summary>
    public IReadOnlyList<string?> Found => found;

    public string Input(int i) => node.Input[i];

    public string Output(int i = 0) => node.Output[i];

    /// <summary>Whether the node has an operand at a place, where operands may be left out.</summary>
    public bool Has(int i) => i < node.Input.Count && node.Input[i].Length > 0;

    /// <summary>Whether the gradient of an input is asked for.</summary>
    public bool Wants(int i) => i < wanted.Count && wanted[i];

    public IReadOnlyList<long> Shape(int i) => seen.Shape(node.Input[i]);

    public IReadOnlyList<long> OutputShape(int i = 0) => seen.Shape(node.Output[i]);

    /// <summary>The gradient of the first output.</summary>
    public string Gradient => gradients[0] ?? throw new NoGradientException("only a further output of it is read");

    /// <summary>The gradient of an output, or null.</summary>
    public string? GradientOf(int output) => gradients[output];

    /// <summary>Whether numbers of a tensor have a gradient at all: integers and booleans have none.</summary>
    public bool IsReal(int i) => seen.IsReal(node.Input[i]);

    /// <summary>The values of an operand that is the same for every batch of this shape: axes, sizes, indices.</summary>
    /// <exception cref="NoGradientException">It depends on the model's inputs.</exception>
    public long[] Integers(int i) => seen.Integers(node.Input[i])
        ?? throw new NoGradientException($"its operand '{node.Input[i]}' depends on the inputs");

    /// <summary>The same of floating-point numbers.</summary>
    /// <exception cref="NoGradientException">It depends on the model's inputs.</exception>
    public float[] Floats(int i) => seen.Floats(node.Input[i])
        ?? throw new NoGradientException($"its operand '{node.Input[i]}' depends on the inputs");

    /// <summary>The single number that an operand is for every batch of this shape; null where it is another, or several.</summary>
    public double? Number(int i)
        => seen.Floats(node.Input[i]) is [var real] ? real : seen.Integers(node.Input[i]) is [var integer] ? integer : null;

    /// <summary>The gradient of an input of the same shape as given.</summary>
    public void Give(int i, string gradient)
    {
        if (Wants(i)) found[i] = gradient;
    }

    /// <summary>The gradient of an input that was broadcast to the first output's shape.</summary>
    public void GiveSummed(int i, string gradient) => Give(i, graph.SumTo(gradient, OutputShape(), Shape(i)));

    /// <summary>Has another tensor computed by the node itself: an output that it had left out.</summary>
    public string FurtherOutput(int i)
    {
        while (node.Output.Count <= i) node.Output.Add("");
        if (node.Output[i].Length == 0) node.Output[i] = graph.Fresh("further");
        return node.Output[i];
    }
}
