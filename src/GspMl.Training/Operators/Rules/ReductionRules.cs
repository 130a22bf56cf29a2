using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>Sums and means over axes.</summary>
internal sealed class ReduceSumRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["ReduceSum", "ReduceMean"];

    public override void Write(NodeGradient node)
    {
        var (graph, shape, kept) = (node.Graph, node.Shape(0), Reduced.Shape(node));
        var gradient = graph.Expand(graph.Reshape(node.Gradient, kept), shape);
        var count = shape.Zip(kept, (extent, left) => extent / left).Aggregate(1L, (product, extent) => product * extent);
        node.Give(0, node.Node.OpType == "ReduceMean" ? graph.Multiply(gradient, 1.0 / count) : gradient);
    }
}

/// <summary>The largest or the smallest over axes: equal ones share the gradient.</summary>
internal sealed class ReduceExtremumRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["ReduceMax", "ReduceMin", "GlobalMaxPool"];

    public override void Write(NodeGradient node)
    {
        var (graph, kept) = (node.Graph, Reduced.Shape(node));
        var chosen = graph.Indicator(graph.Equal(node.Input(0), graph.Reshape(node.Output(), kept)));
        var axes = kept.Select((_, axis) => (long)axis).Where(axis => kept[(int)axis] != node.Shape(0)[(int)axis]).ToList();
        var share = axes.Count == 0 ? chosen : graph.Divide(chosen, graph.ReduceSum(chosen, axes));
        node.Give(0, graph.Multiply(share, graph.Reshape(node.Gradient, kept)));
    }
}

/// <summary>The mean over all spatial axes.</summary>
internal sealed class GlobalAveragePoolRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["GlobalAveragePool"];

    public override void Write(NodeGradient node)
    {
        var shape = node.Shape(0);
        var positions = shape.Skip(2).Aggregate(1L, (product, extent) => product * extent);
        node.Give(0, node.Graph.Expand(node.Graph.Multiply(node.Gradient, 1.0 / positions), shape));
    }
}

/// <summary>What reductions leave.</summary>
internal static class Reduced
{
    /// <summary>The operand's shape with extent 1 where it was reduced.</summary>
    public static long[] Shape(NodeGradient node)
    {
        var shape = node.Shape(0);
        if (node.Node.OpType.StartsWith("Global", StringComparison.Ordinal)) return [.. shape.Select((extent, axis) => axis < 2 ? extent
            : 1)];
        long[]? axes = node.Has(1) ? node.Integers(1) : node.Node.Integers("axes");
        if (axes is null or [])
            return node.Node.Integer("noop_with_empty_axes", 0) != 0 ? [.. shape] : [.. shape.Select(_ => 1L)];
        var reduced = axes.Select(axis => Axis.Of(axis, shape.Count)).ToHashSet();
        return [.. shape.Select((extent, axis) => reduced.Contains(axis) ? 1 : extent)];
    }
}
