using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>Operands one after the other along an axis: each takes its piece of the gradient.</summary>
internal sealed class ConcatRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Concat"];

    public override void Write(NodeGradient node)
    {
        var axis = Axis.Of(node.Node.Integer("axis", 0), node.OutputShape().Count);
        var start = 0L;
        for (var i = 0; i < node.Node.Input.Count; i++)
        {
            var end = start + node.Shape(i)[(int)axis];
            if (node.Wants(i)) node.Give(i, node.Graph.Slice(node.Gradient, [start], [end], [axis]));
            start = end;
        }
    }
}

/// <summary>Cut into pieces along an axis.</summary>
internal sealed class SplitRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Split"];

    public override void Write(NodeGradient node)
    {
        var axis = Axis.Of(node.Node.Integer("axis", 0), node.Shape(0).Count);
        var parts = node.Node.Output.Select((_, i) => node.GradientOf(i) ?? node.Graph.Zeros(node.OutputShape(i)));
        node.Give(0, node.Graph.Concat(parts, axis));
    }
}

/// <summary>Positions [start, end) of some axes, every so many of them: the gradient goes back to where they were.</summary>
internal sealed class SliceRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Slice"];

    public override void Write(NodeGradient node)
    {
        var (graph, shape, gradient) = (node.Graph, node.Shape(0).ToArray(), node.Gradient);
        var (starts, sliced) = (node.Integers(1), node.OutputShape().ToArray());
        var axes = node.Has(3) ? node.Integers(3) : [.. starts.Select((_, i) => (long)i)];
        var steps = node.Has(4) ? node.Integers(4) : [.. starts.Select(_ => 1L)];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = (int)Axis.Of(axes[i], shape.Length);
            if (sliced[axis] == shape[axis] && steps[i] == 1) continue;
            gradient = Back(graph, gradient, sliced, axis, shape[axis], First(starts[i], steps[i], shape[axis]), steps[i]);
            sliced[axis] = shape[axis];
        }
        node.Give(0, gradient);
    }

    private static long First(long start, long step, long extent)
        => Math.Clamp(start < 0 ? start + extent : start, 0, step < 0 ? extent - 1 : extent);

    private static string Back(GraphWriter graph, string gradient, long[] sliced, int axis, long extent, long first, long step)
    {
        if (step == 1)
        {
            var pads = new long[2 * sliced.Length];
            (pads[axis], pads[axis + sliced.Length]) = (first, extent - first - sliced[axis]);
            return graph.Pad(gradient, pads);
        }
        var indices = Enumerable.Range(0, (int)sliced[axis]).Select(i => first + (i * step));
        var along = sliced.Select((_, other) => other == axis ? sliced[axis] : 1);
        var zeros = graph.Zeros(sliced.Select((length, other) => other == axis ? extent : length));
        return graph.ScatterAdd(zeros, graph.Expand(graph.Reshape(graph.Integers(indices), along), sliced), gradient, axis);
    }
}

/// <summary>Padded by a constant: the gradient of what is inside.</summary>
internal sealed class PadRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Pad"];

    public override void Write(NodeGradient node)
    {
        if (node.Node.Text("mode", "constant") is var mode and not "constant") throw new NoGradientException($"it pads by mode '{mode}'");
        if (node.Wants(2)) throw new NoGradientException("its value is computed of weights");
        var (shape, pads) = (node.Shape(0), node.Integers(1));
        var axes = node.Has(3) ? [.. node.Integers(3).Select(axis => Axis.Of(axis, shape.Count))] : shape.Select((_, i) => (long)i)
            .ToArray();
        if (pads.Any(pad => pad < 0)) throw new NoGradientException("it cuts by negative pads");
        node.Give(0, node.Graph.Slice(node.Gradient, [.. axes.Select((_, i) => pads[i])],
            [.. axes.Select((axis, i) => pads[i] + shape[(int)axis])], axes));
    }
}

/// <summary>Positions of an axis are picked by indices; a position picked several times gets the sum.</summary>
internal sealed class GatherRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Gather"];

    public override void Write(NodeGradient node)
    {
        var (graph, shape) = (node.Graph, node.Shape(0));
        var axis = (int)Axis.Of(node.Node.Integer("axis", 0), shape.Count);
        var picked = node.Shape(1).Aggregate(1L, (product, extent) => product * extent);
        long[] flat = [.. shape.Take(axis), picked, .. shape.Skip(axis + 1)];
        var indices = graph.Expand(graph.Reshape(node.Input(1), flat.Select((_, i) => i == axis ? picked : 1)), flat);
        node.Give(0, graph.ScatterAdd(graph.Zeros(shape), indices, graph.Reshape(node.Gradient, flat), axis));
    }
}

/// <summary>Elements are picked along an axis by as many indices.</summary>
internal sealed class GatherElementsRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["GatherElements"];

    public override void Write(NodeGradient node)
        => node.Give(0, node.Graph.ScatterAdd(node.Graph.Zeros(node.Shape(0)), node.Input(1), node.Gradient,
            Axis.Of(node.Node.Integer("axis", 0), node.Shape(0).Count)));
}
