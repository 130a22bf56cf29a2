using GspMl.Onnx.Operators;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>α · op(A)·op(B) of matrices in the last two axes, the others broadcast: what ONNX Runtime makes of MatMul.</summary>
internal sealed class FusedMatMulRule : GradientRule
{
    public override string Domain => OperatorDomain.Microsoft;

    public override IReadOnlyList<string> Operators => ["FusedMatMul"];

    public override IReadOnlyList<int> Parameters => [0, 1];

    public override void Write(NodeGradient node)
    {
        if (node.Node.Integer("transBatchA", 0) + node.Node.Integer("transBatchB", 0) > 0)
            throw new NoGradientException("it moves axes of the batch");
        var (a, b) = (node.Shape(0), node.Shape(1));
        if (a.Count < 2 || b.Count < 2) throw new NoGradientException("an operand is a vector");
        var gradient = node.Graph.Multiply(node.Gradient, node.Node.Number("alpha", 1));
        var (turnsA, turnsB) = (node.Node.Integer("transA", 0) != 0, node.Node.Integer("transB", 0) != 0);
        if (node.Wants(0)) Give(node, 0, turnsA, (gradient, false), (node.Input(1), !turnsB));
        if (node.Wants(1)) Give(node, 1, turnsB, (node.Input(0), !turnsA), (gradient, false));
    }

    /// <summary>A product, summed over the axes that were broadcast; the other way round where the operand was turned.</summary>
    private static void Give(NodeGradient node, int input, bool turns, (string Name, bool Turns) left, (string Name, bool Turns) right)
    {
        var (shape, graph) = (node.Shape(input), node.Graph);
        var batch = node.OutputShape().SkipLast(2);
        var product = graph.MatMul(Turned(node, left), Turned(node, right));
        if (turns) product = graph.TransposeMatrices(product, node.OutputShape().Count);
        node.Give(input, graph.SumTo(product, [.. batch, .. shape.TakeLast(2)], shape));
    }

    private static string Turned(NodeGradient node, (string Name, bool Turns) operand)
    {
        if (!operand.Turns) return operand.Name;
        var rank = node.Shape(operand.Name == node.Input(0) ? 0 : 1).Count;
        return node.Graph.TransposeMatrices(operand.Name, rank);
    }
}
