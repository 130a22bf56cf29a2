using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>eˣ over its sum along an axis.</summary>
internal sealed class SoftmaxRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Softmax"];

    public override void Write(NodeGradient node)
    {
        var (graph, axis) = (node.Graph, Axis.Of(node.Node.Integer("axis", -1), node.Shape(0).Count));
        var mean = graph.ReduceSum(graph.Multiply(node.Gradient, node.Output()), axis);
        node.Give(0, graph.Multiply(node.Output(), graph.Subtract(node.Gradient, mean)));
    }
}

/// <summary>The logarithm of the softmax.</summary>
internal sealed class LogSoftmaxRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["LogSoftmax"];

    public override void Write(NodeGradient node)
    {
        var (graph, axis) = (node.Graph, Axis.Of(node.Node.Integer("axis", -1), node.Shape(0).Count));
        var share = graph.Multiply(graph.Exp(node.Output()), graph.ReduceSum(node.Gradient, axis));
        node.Give(0, graph.Subtract(node.Gradient, share));
    }
}

/// <summary>
/// Channels by stored statistics, or in training mode by those of the batch. The running statistics that training mode also puts out have
/// no gradient.
/// </summary>
internal sealed class BatchNormalizationRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["BatchNormalization"];

    public override IReadOnlyList<int> Parameters => [1, 2];

    public override void Write(NodeGradient node)
    {
        var shape = node.Shape(0);
        long[] others = [0, .. Axis.From(2, shape.Count)];
        var epsilon = node.Node.Number("epsilon", 1e-5f);
        if (node.Node.Integer("training_mode", 0) != 0)
        {
            if (node.Node.Output.Skip(1).Where((_, i) => node.GradientOf(i + 1) is not null).Any())
                throw new NoGradientException("its running statistics are read");
            Normalized.Write(node, others, others, PerChannel(node, node.Input(1)), epsilon);
            return;
        }
        var graph = node.Graph;
        var inverse = PerChannel(node, graph.Divide(graph.Scalar(1), graph.Sqrt(graph.Add(node.Input(4), graph.Scalar(epsilon)))));
        if (node.Wants(0)) node.Give(0, graph.Multiply(node.Gradient, graph.Multiply(inverse, PerChannel(node, node.Input(1)))));
        if (node.Wants(1))
        {
            var centred = graph.Subtract(node.Input(0), PerChannel(node, node.Input(3)));
            var normalized = graph.Multiply(graph.Multiply(node.Gradient, centred), inverse);
            node.Give(1, graph.Reshape(graph.ReduceSum(normalized, others), node.Shape(1)));
        }
        if (node.Wants(2)) node.Give(2, graph.Reshape(graph.ReduceSum(node.Gradient, others), node.Shape(2)));
    }

    private static string PerChannel(NodeGradient node, string values) => Normalized.PerChannel(node, values);
}

/// <summary>Each channel of each row by its own mean and variance.</summary>
internal sealed class InstanceNormalizationRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["InstanceNormalization"];

    public override IReadOnlyList<int> Parameters => [1, 2];

    public override void Write(NodeGradient node)
    {
        long[] spatial = [.. Axis.From(2, node.Shape(0).Count)];
        Normalized.Write(node, spatial, [0, .. spatial], Normalized.PerChannel(node, node.Input(1)), node.Node.Number("epsilon", 1e-5f));
    }
}

/// <summary>All axes from one on, row by row; scale and shift have the shape of these axes, or are broadcast to it.</summary>
internal sealed class LayerNormalizationRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["LayerNormalization"];

    public override IReadOnlyList<int> Parameters => [1, 2];

    public override void Write(NodeGradient node)
    {
        var rank = node.Shape(0).Count;
        var axes = Axis.From(Axis.Of(node.Node.Integer("axis", -1), rank), rank).ToArray();
        Normalized.Write(node, axes, null, node.Input(1), node.Node.Number("epsilon", 1e-5f));
    }
}

/// <summary>Groups of channels of each row by their own mean and variance; scale and shift are one number a channel (opset 21
/// on).</summary>
internal sealed class GroupNormalizationRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["GroupNormalization"];

    public override IReadOnlyList<int> Parameters => [1, 2];

    public override void Write(NodeGradient node)
    {
        var (graph, shape) = (node.Graph, node.Shape(0));
        var groups = node.Node.Integer("num_groups", 1);
        if (node.Shape(1)[0] != shape[1]) throw new NoGradientException("its scales are one a group (before opset 21)");
        var perGroup = shape.Skip(1).Aggregate(1L, (product, extent) => product * extent) / groups;
        long[] grouped = [shape[0], groups, perGroup];
        var x = graph.Reshape(node.Input(0), grouped);
        var (normalized, inverse) = Normalized.Of(graph, x, [2], node.Node.Number("epsilon", 1e-5f));
        long[] others = [0, .. Axis.From(2, shape.Count)];
        if (node.Wants(1))
        {
            var product = graph.Multiply(node.Gradient, graph.Reshape(normalized, shape));
            node.Give(1, graph.Reshape(graph.ReduceSum(product, others), node.Shape(1)));
        }
        if (node.Wants(2)) node.Give(2, graph.Reshape(graph.ReduceSum(node.Gradient, others), node.Shape(2)));
        if (!node.Wants(0)) return;
        var scaled = graph.Reshape(graph.Multiply(node.Gradient, Normalized.PerChannel(node, node.Input(1))), grouped);
        node.Give(0, graph.Reshape(Normalized.Back(graph, scaled, normalized, inverse, [2]), shape));
    }
}

/// <summary>What normalisations by their input's own statistics share.</summary>
internal static class Normalized
{
    /// <summary>(x − mean) / √(variance + ε) over axes, and the factor 1 / √(variance + ε).</summary>
    public static (string Value, string Inverse) Of(GraphWriter graph, string x, IReadOnlyList<long> axes, double epsilon)
    {
        var centred = graph.Subtract(x, graph.ReduceMean(x, axes));
        var variance = graph.ReduceMean(graph.Square(centred), axes);
        var inverse = graph.Divide(graph.Scalar(1), graph.Sqrt(graph.Add(variance, graph.Scalar(epsilon))));
        return (graph.Multiply(centred, inverse), inverse);
    }

    /// <summary>dx = (d − mean(d) − n · mean(d·n)) / √(variance + ε), with d = dy · scale and n what was normalised.</summary>
    public static string Back(GraphWriter graph, string gradient, string normalized, string inverse, IReadOnlyList<long> axes)
    {
        var centred = graph.Subtract(gradient, graph.ReduceMean(gradient, axes));
        var along = graph.Multiply(normalized, graph.ReduceMean(graph.Multiply(gradient, normalized), axes));
        return graph.Multiply(graph.Subtract(centred, along), inverse);
    }

    /// <summary>Gradients of input, scale and shift.</summary>
    /// <param name="node">The node.</param>
    /// <param name="axes">Those of the statistics.</param>
    /// <param name="others">All but that of the channels; null where scale and shift are broadcast as they are.</param>
    /// <param name="scale">The scale, broadcast with the input.</param>
    /// <param name="epsilon">ε.</param>
    public static void Write(NodeGradient node, IReadOnlyList<long> axes, IReadOnlyList<long>? others, string scale, double epsilon)
    {
        var graph = node.Graph;
        var (normalized, inverse) = Of(graph, node.Input(0), axes, epsilon);
        if (node.Wants(0)) node.Give(0, Back(graph, graph.Multiply(node.Gradient, scale), normalized, inverse, axes));
        if (node.Wants(1)) node.Give(1, Summed(node, 1, graph.Multiply(node.Gradient, normalized), others));
        if (node.Wants(2)) node.Give(2, Summed(node, 2, node.Gradient, others));
    }

    /// <summary>One number for each channel as a tensor that is broadcast with N × C × ….</summary>
    public static string PerChannel(NodeGradient node, string values)
    {
        var shape = node.Shape(0);
        return node.Graph.Reshape(values, shape.Select((_, axis) => axis == 1 ? shape[1] : 1));
    }

    private static string Summed(NodeGradient node, int input, string gradient, IReadOnlyList<long>? others)
        => others is null ? node.Graph.SumTo(gradient, node.Shape(0), node.Shape(input))
            : node.Graph.Reshape(node.Graph.ReduceSum(gradient, others), node.Shape(input));
}
