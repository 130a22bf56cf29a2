using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Fused;

/// <summary>Normalisations over the last axis, of a sum with a skip connection and a bias.</summary>
internal static class SkipNormalizations
{
    // What ONNX Runtime takes where a node names none.
    private const float SkipEpsilon = 1e-12f;
    private const float UsualEpsilon = 1e-5f;

    // The output that is the sum itself.
    private const int SumOutput = 3;

    /// <summary>(s − mean(s)) / √(variance(s) + ε) · γ + β of s = input + skip + bias.</summary>
    public static void Centred(FusedNode node)
    {
        var graph = node.Graph;
        var sum = Sum(node, bias: 4);
        var normalized = Scaled(graph, graph.Subtract(sum, graph.ReduceMean(sum, -1)), node.Input(2), Epsilon(node, SkipEpsilon));
        node.Give(0, node.Has(3) ? graph.Add(normalized, node.Input(3)) : normalized);
    }

    /// <summary>s / √(mean(s²) + ε) · γ of s = input + skip + bias (Zhang and Sennrich 2019).</summary>
    public static void Simplified(FusedNode node)
        => node.Give(0, Scaled(node.Graph, Sum(node, bias: 3), node.Input(2), Epsilon(node, SkipEpsilon)));

    /// <summary>The same of an input alone.</summary>
    public static void Alone(FusedNode node)
    {
        if (node.Node.Integer("axis", -1) != -1)
            throw new NoGradientException($"{node.Node.OpType} '{node.Node.Name}' normalises over more than the last axis");
        node.Give(0, Scaled(node.Graph, node.Input(0), node.Input(1), Epsilon(node, UsualEpsilon)));
    }

    private static float Epsilon(FusedNode node, float otherwise) => node.Node.Number("epsilon", otherwise);

    private static string Sum(FusedNode node, int bias)
    {
        var sum = node.Graph.Add(node.Input(0), node.Input(1));
        if (node.Has(bias)) sum = node.Graph.Add(sum, node.Input(bias));
        node.Give(SumOutput, sum);
        return sum;
    }

    private static string Scaled(GraphWriter graph, string x, string scale, float epsilon)
    {
        var size = graph.Sqrt(graph.Add(graph.ReduceMean(graph.Square(x), -1), graph.Scalar(epsilon)));
        return graph.Multiply(graph.Divide(x, size), scale);
    }
}
