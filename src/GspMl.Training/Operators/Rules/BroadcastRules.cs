using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>y = a + b.</summary>
internal sealed class AddRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Add"];

    public override IReadOnlyList<int> Parameters => [0, 1];

    public override void Write(NodeGradient node)
    {
        node.GiveSummed(0, node.Gradient);
        node.GiveSummed(1, node.Gradient);
    }
}

/// <summary>y = a − b.</summary>
internal sealed class SubtractRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Sub"];

    public override IReadOnlyList<int> Parameters => [0, 1];

    public override void Write(NodeGradient node)
    {
        node.GiveSummed(0, node.Gradient);
        if (node.Wants(1)) node.GiveSummed(1, node.Graph.Negate(node.Gradient));
    }
}

/// <summary>y = a · b.</summary>
internal sealed class MultiplyRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Mul"];

    public override IReadOnlyList<int> Parameters => [0, 1];

    public override void Write(NodeGradient node)
    {
        if (node.Wants(0)) node.GiveSummed(0, node.Graph.Multiply(node.Gradient, node.Input(1)));
        if (node.Wants(1)) node.GiveSummed(1, node.Graph.Multiply(node.Gradient, node.Input(0)));
    }
}

/// <summary>y = a / b.</summary>
internal sealed class DivideRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Div"];

    public override void Write(NodeGradient node)
    {
        var graph = node.Graph;
        var first = graph.Divide(node.Gradient, node.Input(1));
        node.GiveSummed(0, first);
        if (node.Wants(1)) node.GiveSummed(1, graph.Negate(graph.Multiply(first, node.Output())));
    }
}

/// <summary>y = aᵇ.</summary>
internal sealed class PowerRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Pow"];

    public override void Write(NodeGradient node)
    {
        var graph = node.Graph;
        if (node.Wants(0)) node.GiveSummed(0, graph.Multiply(node.Gradient, Slope(node)));
        if (node.Wants(1))
            node.GiveSummed(1, graph.Multiply(node.Gradient, graph.Multiply(node.Output(), graph.Log(node.Input(0)))));
    }

    /// <summary>p · xᵖ⁻¹; squares and cubes, which normalisations are made of, by products, which are faster than powers.</summary>
    private static string Slope(NodeGradient node)
    {
        var (graph, x) = (node.Graph, node.Input(0));
        if (node.Number(1) is { } exponent)
            return exponent == 2 ? graph.Multiply(x, 2) : exponent == 3 ? graph.Multiply(graph.Square(x), 3)
                : graph.Multiply(graph.Power(x, graph.Scalar(exponent - 1)), exponent);
        if (!node.IsReal(1)) throw new NoGradientException("its exponents are integers that are not known");
        return graph.Multiply(node.Input(1), graph.Power(x, graph.Subtract(node.Input(1), graph.Scalar(1))));
    }
}

/// <summary>The sum or the mean of any number of operands.</summary>
internal sealed class SumRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Sum", "Mean"];

    public override void Write(NodeGradient node)
    {
        var share = node.Node.OpType == "Sum" ? node.Gradient : node.Graph.Multiply(node.Gradient, 1.0 / node.Node.Input.Count);
        for (var i = 0; i < node.Node.Input.Count; i++) node.GiveSummed(i, share);
    }
}

/// <summary>The largest or the smallest of any number of operands: the first of those that are has the gradient.</summary>
internal sealed class ExtremumRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Max", "Min"];

    public override void Write(NodeGradient node)
    {
        var (graph, left) = (node.Graph, node.Gradient);
        for (var i = 0; i < node.Node.Input.Count; i++)
        {
            var chosen = graph.Equal(node.Input(i), node.Output());
            if (node.Wants(i)) node.GiveSummed(i, graph.Only(chosen, left));
            if (i + 1 < node.Node.Input.Count) left = graph.Where(chosen, graph.Scalar(0), left);
        }
    }
}

/// <summary>y = a where the condition holds, else b.</summary>
internal sealed class WhereRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Where"];

    public override void Write(NodeGradient node)
    {
        var (graph, zero) = (node.Graph, node.Graph.Scalar(0));
        if (node.Wants(1)) node.GiveSummed(1, graph.Where(node.Input(0), node.Gradient, zero));
        if (node.Wants(2)) node.GiveSummed(2, graph.Where(node.Input(0), zero, node.Gradient));
    }
}
