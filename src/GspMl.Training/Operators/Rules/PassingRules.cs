using GspMl.Training.Graphs;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Operators.Rules;

/// <summary>Hands its operand on; a dropout does so in inference.</summary>
internal sealed class IdentityRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Identity", "Dropout"];

    public override void Write(NodeGradient node)
    {
        if (node.Has(2)) throw new NoGradientException("it may run in training mode");
        node.Give(0, node.Gradient);
    }
}

/// <summary>Numbers as numbers of another type; as integers they have no gradient.</summary>
internal sealed class CastRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Cast"];

    public override void Write(NodeGradient node)
    {
        var to = (Element)node.Node.Integer("to", 0);
        if (!node.IsReal(0) || to is not (Element.Float or Element.Double or Element.Float16 or Element.Bfloat16)) return;
        if (to != node.Graph.Type) throw new NoGradientException("it computes in another number type than float32");
        node.Give(0, node.Gradient);
    }
}

/// <summary>Steps: their results change nowhere, or only in jumps.</summary>
internal sealed class StepRule : GradientRule
{
    public override IReadOnlyList<string> Operators =>
    [
        "Shape", "Size", "ConstantOfShape", "Constant", "Range", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And",
            "Or",
        "Xor", "IsNaN", "IsInf", "Sign", "Floor", "Ceil", "Round", "ArgMax", "ArgMin", "NonZero", "OneHot", "EyeLike",
    ];

    public override void Write(NodeGradient node)
    {
    }
}

/// <summary>Other shapes of the same elements in the same order.</summary>
internal sealed class ReshapeRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    public override void Write(NodeGradient node) => node.Give(0, node.Graph.Reshape(node.Gradient, node.Shape(0)));
}

/// <summary>Axes in another order: the gradient goes back by the inverse order.</summary>
internal sealed class TransposeRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Transpose"];

    public override void Write(NodeGradient node)
    {
        var rank = node.Shape(0).Count;
        var order = node.Node.Integers("perm") ?? [.. Enumerable.Range(0, rank).Select(axis => (long)(rank - 1 - axis))];
        var inverse = new long[rank];
        for (var axis = 0; axis < rank; axis++) inverse[order[axis]] = axis;
        node.Give(0, node.Graph.Transpose(node.Gradient, inverse));
    }
}

/// <summary>Broadcast to a larger shape: the gradient is summed over what was repeated.</summary>
internal sealed class ExpandRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Expand"];

    public override void Write(NodeGradient node) => node.GiveSummed(0, node.Gradient);
}

/// <summary>Repeated along its axes.</summary>
internal sealed class TileRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Tile"];

    public override void Write(NodeGradient node)
    {
        var (graph, shape, repeats) = (node.Graph, node.Shape(0), node.Integers(1));
        var apart = graph.Reshape(node.Gradient, shape.SelectMany((extent, axis) => new[] { repeats[axis], extent }));
        var summed = graph.ReduceSum(apart, shape.Select((_, axis) => 2L * axis));
        node.Give(0, graph.Reshape(summed, shape));
    }
}
