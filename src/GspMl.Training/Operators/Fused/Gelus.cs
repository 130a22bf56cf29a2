using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Fused;

/// <summary>x · Φ(x) and its approximations (Hendrycks and Gimpel 2016), before opset 20 no operator of ONNX's.</summary>
internal static class Gelus
{
    private const double Cubic = 0.044715;
    private const float QuickScale = 1.702f;

    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    public static string ByErf(GraphWriter graph, string x)
    {
        var twice = graph.Add(graph.Erf(graph.Multiply(x, Math.Sqrt(0.5))), graph.Scalar(1));
        return graph.Multiply(graph.Multiply(x, 0.5), twice);
    }

    /// <summary>Of the sum with a bias.</summary>
    public static void Biased(FusedNode node) => node.Give(0, ByErf(node.Graph, node.Graph.Add(node.Input(0), node.Input(1))));

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))), of the sum with a bias where there is one.</summary>
    public static void Fast(FusedNode node)
    {
        var graph = node.Graph;
        var x = node.Has(1) ? graph.Add(node.Input(0), node.Input(1)) : node.Input(0);
        var bent = graph.Multiply(x, graph.Add(graph.Multiply(graph.Square(x), Cubic), graph.Scalar(1)));
        var twice = graph.Add(graph.Tanh(graph.Multiply(bent, Math.Sqrt(2 / Math.PI))), graph.Scalar(1));
        node.Give(0, graph.Multiply(graph.Multiply(x, 0.5), twice));
    }

    /// <summary>x · sigmoid(α · x).</summary>
    public static void Quick(FusedNode node)
    {
        var (graph, x) = (node.Graph, node.Input(0));
        node.Give(0, graph.Multiply(x, graph.Sigmoid(graph.Multiply(x, node.Node.Number("alpha", QuickScale)))));
    }
}
