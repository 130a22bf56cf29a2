using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>The largest of each window: its position, which the node puts out too, gets the gradient; where windows overlap, the
/// sum.</summary>
internal sealed class MaxPoolRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["MaxPool"];

    public override void Write(NodeGradient node)
    {
        if (node.Node.Integer("storage_order", 0) != 0) throw new NoGradientException("its indices go column by column");
        var (graph, shape) = (node.Graph, node.Shape(0));
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        var places = graph.Reshape(node.FurtherOutput(1), -1);
        node.Give(0, graph.Reshape(graph.ScatterAdd(graph.Zeros(count), places, graph.Reshape(node.Gradient, -1), 0), shape));
    }
}

/// <summary>The mean of each window: each position gets its share of the gradient of every window that reads it.</summary>
internal sealed class AveragePoolRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["AveragePool"];

    public override void Write(NodeGradient node)
    {
        var (graph, shape, outputs) = (node.Graph, node.Shape(0), node.OutputShape());
        var windows = Windows.Of(node.Node, shape, outputs, node.Node.Integers("kernel_shape")!);
        var shares = graph.Numbers(Shares(node, windows), [1, 1, .. windows.Outputs]);
        var planes = shape[0] * shape[1];
        var gradient = graph.Reshape(graph.Multiply(node.Gradient, shares), [planes, 1, .. windows.Outputs]);
        var ones = graph.Expand(graph.Scalar(1), [1, 1, .. windows.Kernel]);
        node.Give(0, graph.Reshape(windows.Back(graph, gradient, ones, [1, 1, .. windows.Kernel], 1), shape));
    }

    /// <summary>One over the number of positions that each window is the mean of.</summary>
    private static double[] Shares(NodeGradient node, Windows windows)
    {
        var withPads = node.Node.Integer("count_include_pad", 0) != 0;
        double[] shares = [1];
        for (var axis = 0; axis < windows.Axes; axis++)
        {
            var counts = Enumerable.Range(0, (int)windows.Outputs[axis]).Select(o => Count(node, windows, axis, o, withPads)).ToArray();
            shares = [.. shares.SelectMany(share => counts.Select(count => share / count))];
        }
        return shares;
    }

    private static int Count(NodeGradient node, Windows windows, int axis, int output, bool withPads)
    {
        var (before, after) = withPads ? (windows.Before[axis], After(node, windows, axis)) : (0L, 0L);
        var first = (output * windows.Strides[axis]) - windows.Before[axis];
        return Enumerable.Range(0, (int)windows.Kernel[axis]).Select(tap => first + (tap * windows.Dilations[axis]))
            .Count(position => position >= -before && position < windows.Inputs[axis] + after);
    }

    private static long After(NodeGradient node, Windows windows, int axis)
        => node.Node.Integers("pads") is { } pads ? pads[axis + windows.Axes] : Math.Max(windows.Beyond[axis], 0);
}
