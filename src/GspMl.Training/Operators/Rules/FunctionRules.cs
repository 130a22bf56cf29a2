using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>A function of one element: dx = dy · f′, by x and y = f(x).</summary>
/// <param name="op">The operator.</param>
/// <param name="derivative">Writes dy · f′.</param>
internal sealed class FunctionRule(string op, Func<NodeGradient, GraphWriter, string> derivative) : GradientRule
{
    private const double Selu_Alpha = 1.67326319217681884765625;
    private const double Selu_Gamma = 1.05070102214813232421875;

    public override IReadOnlyList<string> Operators => [op];

    public override void Write(NodeGradient node) => node.Give(0, derivative(node, node.Graph));

    /// <summary>The functions that have one.</summary>
    public static IReadOnlyList<FunctionRule> All { get; } =
    [
        new("Relu", (n, g) => g.Multiply(n.Gradient, g.Sign(n.Output()))),
        new("Sqrt", (n, g) => g.Divide(g.Multiply(n.Gradient, 0.5), n.Output())),
        new("Exp", (n, g) => g.Multiply(n.Gradient, n.Output())),
        new("Log", (n, g) => g.Divide(n.Gradient, n.Input(0))),
        new("Neg", (n, g) => g.Negate(n.Gradient)),
        new("Abs", (n, g) => g.Multiply(n.Gradient, g.Sign(n.Input(0)))),
        new("Reciprocal", (n, g) => g.Negate(g.Multiply(n.Gradient, g.Square(n.Output())))),
        new("Sin", (n, g) => g.Multiply(n.Gradient, g.Cos(n.Input(0)))),
        new("Cos", (n, g) => g.Negate(g.Multiply(n.Gradient, g.Sin(n.Input(0))))),
        new("Sigmoid", (n, g) => g.Multiply(n.Gradient, g.Multiply(n.Output(), g.Subtract(g.Scalar(1), n.Output())))),
        new("Tanh", (n, g) => g.Multiply(n.Gradient, g.Subtract(g.Scalar(1), g.Square(n.Output())))),
        new("Softplus", (n, g) => g.Multiply(n.Gradient, g.Sigmoid(n.Input(0)))),
        new("Softsign", (n, g) => g.Divide(n.Gradient, g.Square(g.Add(g.Scalar(1), Absolute(g, n.Input(0)))))),
        new("Erf", (n, g) => g.Multiply(n.Gradient, g.Multiply(g.Exp(g.Negate(g.Square(n.Input(0)))), 2 / Math.Sqrt(Math.PI)))),
        new("LeakyRelu", (n, g) => Sided(n, g, g.Multiply(n.Gradient, n.Node.Number("alpha", 0.01f)))),
        new("ThresholdedRelu", (n, g) => g.Only(g.Greater(n.Input(0), n.Node.Number("alpha", 1)), n.Gradient)),
        new("Elu", (n, g) => Sided(n, g, g.Multiply(n.Gradient, g.Add(n.Output(), g.Scalar(n.Node.Number("alpha", 1)))))),
        new("Celu", (n, g) => Sided(n, g, g.Multiply(n.Gradient, g.Exp(g.Multiply(n.Input(0), 1 / n.Node.Number("alpha", 1)))))),
        new("Selu", Selu),
        new("HardSigmoid", (n, g) => g.Only(Between(g, n.Output(), 0, 1), g.Multiply(n.Gradient, n.Node.Number("alpha", 0.2f)))),
        new("HardSwish", HardSwish),
        new("Mish", Mish),
        new("Gelu", Gelu),
        new("Clip", Clip),
    ];

    private static string Selu(NodeGradient node, GraphWriter graph)
    {
        var (alpha, gamma) = (node.Node.Number("alpha", (float)Selu_Alpha), node.Node.Number("gamma", (float)Selu_Gamma));
        var below = graph.Multiply(node.Gradient, graph.Add(node.Output(), graph.Scalar((double)alpha * gamma)));
        return graph.Where(graph.Greater(node.Input(0), 0), graph.Multiply(node.Gradient, gamma), below);
    }

    /// <summary>x · min(max(x/6 + 1/2, 0), 1).</summary>
    private static string HardSwish(NodeGradient node, GraphWriter graph)
    {
        var x = node.Input(0);
        var slope = graph.Add(graph.Multiply(x, 1.0 / 3), graph.Scalar(0.5));
        var inside = graph.Where(graph.Greater(x, 3), graph.Scalar(1), graph.Only(graph.Greater(x, -3), slope));
        return graph.Multiply(node.Gradient, inside);
    }

    /// <summary>x · tanh(log(1 + eˣ)): with t the tangent, t + x · (1 − t²) · sigmoid(x).</summary>
    private static string Mish(NodeGradient node, GraphWriter graph)
    {
        var x = node.Input(0);
        var t = graph.Tanh(graph.Node("Softplus", [x]));
        var further = graph.Multiply(x, graph.Multiply(graph.Subtract(graph.Scalar(1), graph.Square(t)), graph.Sigmoid(x)));
        return graph.Multiply(node.Gradient, graph.Add(t, further));
    }

    /// <summary>x · Φ(x), or its form by tanh.</summary>
    private static string Gelu(NodeGradient node, GraphWriter graph)
    {
        var x = node.Input(0);
        return graph.Multiply(node.Gradient, node.Node.Text("approximate", "none") == "tanh" ? TanhGelu(graph, x) : ErfGelu(graph, x));
    }

    private static string ErfGelu(GraphWriter graph, string x)
    {
        var area = graph.Multiply(graph.Add(graph.Erf(graph.Multiply(x, Math.Sqrt(0.5))), graph.Scalar(1)), 0.5);
        var density = graph.Multiply(graph.Exp(graph.Multiply(graph.Square(x), -0.5)), 1 / Math.Sqrt(2 * Math.PI));
        return graph.Add(area, graph.Multiply(x, density));
    }

    private static string TanhGelu(GraphWriter graph, string x)
    {
        const double Cubic = 0.044715;
        var (scale, square) = (Math.Sqrt(2 / Math.PI), graph.Square(x));
        var inner = graph.Multiply(graph.Multiply(x, graph.Add(graph.Scalar(1), graph.Multiply(square, Cubic))), scale);
        var t = graph.Tanh(inner);
        var slope = graph.Multiply(graph.Add(graph.Scalar(1), graph.Multiply(square, 3 * Cubic)), scale);
        var further = graph.Multiply(x, graph.Multiply(graph.Subtract(graph.Scalar(1), graph.Square(t)), slope));
        return graph.Multiply(graph.Add(graph.Add(graph.Scalar(1), t), further), 0.5);
    }

    /// <summary>Between its bounds, which are operands that may be left out.</summary>
    private static string Clip(NodeGradient node, GraphWriter graph)
    {
        if (node.Wants(1) || node.Wants(2)) throw new NoGradientException("its bounds are computed of weights");
        var gradient = node.Gradient;
        if (node.Has(1)) gradient = graph.Only(graph.Greater(node.Input(0), node.Input(1)), gradient);
        return node.Has(2) ? graph.Only(graph.Greater(node.Input(2), node.Input(0)), gradient) : gradient;
    }

    /// <summary>dy above zero, something else below.</summary>
    private static string Sided(NodeGradient node, GraphWriter graph, string below)
        => graph.Where(graph.Greater(node.Input(0), 0), node.Gradient, below);

    private static string Between(GraphWriter graph, string a, double least, double most)
        => graph.And(graph.Greater(a, least), graph.Less(a, most));

    private static string Absolute(GraphWriter graph, string a) => graph.Node("Abs", [a]);
}

/// <summary>x above zero, slope · x below; the slope is an operand.</summary>
internal sealed class PReluRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["PRelu"];

    public override IReadOnlyList<int> Parameters => [1];

    public override void Write(NodeGradient node)
    {
        var graph = node.Graph;
        var above = graph.Greater(node.Input(0), 0);
        if (node.Wants(0)) node.Give(0, graph.Where(above, node.Gradient, graph.Multiply(node.Gradient, node.Input(1))));
        if (node.Wants(1)) node.GiveSummed(1, graph.Where(above, graph.Scalar(0), graph.Multiply(node.Gradient, node.Input(0))));
    }
}
