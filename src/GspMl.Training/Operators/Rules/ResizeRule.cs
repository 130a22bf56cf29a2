using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>
/// Axes get another length, by the nearest position or linearly between two. Along each axis that is a product with a matrix, and the
/// gradient the product with its transpose.
/// </summary>
internal sealed class ResizeRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Resize"];

    public override void Write(NodeGradient node)
    {
        var (graph, gradient, shape) = (node.Graph, node.Gradient, node.Shape(0));
        var way = ResizeWay.Of(node.Node);
        if (node.Node.Integers("axes") is not null) throw new NoGradientException("it names its axes");
        var scales = node.Has(2) && node.Shape(2).Aggregate(1L, (product, extent) => product * extent) > 0 ? node.Floats(2) : null;
        for (var axis = 0; axis < shape.Count; axis++)
        {
            var (from, to) = ((int)shape[axis], (int)node.OutputShape()[axis]);
            if (from == to && (scales is null || scales[axis] == 1)) continue;
            var matrix = graph.Numbers(way.Matrix(from, to, scales?[axis] ?? (double)to / from), to, from);
            gradient = Along(graph, gradient, matrix, axis, shape.Count);
        }
        node.Give(0, gradient);
    }

    private static string Along(GraphWriter graph, string gradient, string matrix, int axis, int rank)
    {
        if (axis == rank - 1) return graph.MatMul(gradient, matrix);
        var order = Enumerable.Range(0, rank).Select(i => (long)i).ToArray();
        (order[axis], order[rank - 1]) = (order[rank - 1], order[axis]);
        return graph.Transpose(graph.MatMul(graph.Transpose(gradient, order), matrix), order);
    }
}

/// <summary>How an axis is resized: what position an output is read from, and how between positions.</summary>
internal sealed record ResizeWay(bool IsLinear, string Coordinates, string Nearest)
{
    /// <exception cref="NoGradientException">It is resized in another way.</exception>
    public static ResizeWay Of(Onnx.Proto.NodeProto node)
    {
        var mode = node.Text("mode", "nearest");
        var coordinates = node.Text("coordinate_transformation_mode", "half_pixel");
        if (mode is not ("nearest" or "linear")) throw new NoGradientException($"it is of mode '{mode}'");
        if (coordinates is not ("half_pixel" or "pytorch_half_pixel" or "asymmetric" or "align_corners"))
            throw new NoGradientException($"it reads coordinates by '{coordinates}'");
        if (node.Integer("antialias", 0) != 0) throw new NoGradientException("it smooths");
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch") throw new NoGradientException("it keeps the aspect ratio");
        return new(mode == "linear", coordinates, node.Text("nearest_mode", "round_prefer_floor"));
    }

    /// <summary>[outputs, inputs]: what each output takes of each input.</summary>
    public double[] Matrix(int from, int to, double scale)
    {
        var matrix = new double[to * from];
        for (var o = 0; o < to; o++)
        {
            // ONNX Runtime computes coordinates in single precision, and rounding decides which position is nearest.
            var at = Position(o, from, to, (float)scale);
            if (!IsLinear)
            {
                matrix[(o * from) + Math.Clamp(Rounded(at), 0, from - 1)] = 1;
                continue;
            }
            var inside = Math.Clamp(at, 0, from - 1);
            var (low, part) = ((int)inside, inside - (int)inside);
            matrix[(o * from) + low] += 1 - part;
            matrix[(o * from) + Math.Min(low + 1, from - 1)] += part;
        }
        return matrix;
    }

    private float Position(int output, int from, int to, float scale) => Coordinates switch
    {
        "asymmetric" => output / scale,
        "align_corners" => to == 1 ? 0 : output * (float)(from - 1) / (to - 1),
        "pytorch_half_pixel" when to == 1 => 0,
        _ => ((output + 0.5f) / scale) - 0.5f,
    };

    private int Rounded(float at) => (int)(Nearest switch
    {
        "floor" => MathF.Floor(at),
        "ceil" => MathF.Ceiling(at),
        "round_prefer_ceil" => MathF.Floor(at + 0.5f),
        _ => MathF.Ceiling(at - 0.5f),
    });
}
