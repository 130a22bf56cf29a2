using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators;

/// <summary>The operators that gradients, losses and optimisers are written with.</summary>
internal static class Expressions
{
    // From this version on the axes of ReduceMean, ReduceMax and ReduceMin are an input; those of ReduceSum are since 13.
    private const long AxesAsInput = 18;

    public static string Add(this GraphWriter graph, string a, string b) => graph.Node("Add", [a, b]);

    public static string Subtract(this GraphWriter graph, string a, string b) => graph.Node("Sub", [a, b]);

    public static string Multiply(this GraphWriter graph, string a, string b) => graph.Node("Mul", [a, b]);

    public static string Multiply(this GraphWriter graph, string a, double b) => b == 1 ? a : graph.Multiply(a, graph.Scalar(b));

    public static string Divide(this GraphWriter graph, string a, string b) => graph.Node("Div", [a, b]);

    public static string Power(this GraphWriter graph, string a, string b) => graph.Node("Pow", [a, b]);

    public static string Square(this GraphWriter graph, string a) => graph.Multiply(a, a);

    public static string Negate(this GraphWriter graph, string a) => graph.Node("Neg", [a]);

    public static string Sqrt(this GraphWriter graph, string a) => graph.Node("Sqrt", [a]);

    public static string Exp(this GraphWriter graph, string a) => graph.Node("Exp", [a]);

    public static string Log(this GraphWriter graph, string a) => graph.Node("Log", [a]);

    public static string Sign(this GraphWriter graph, string a) => graph.Node("Sign", [a]);

    public static string Erf(this GraphWriter graph, string a) => graph.Node("Erf", [a]);

    public static string Tanh(this GraphWriter graph, string a) => graph.Node("Tanh", [a]);

    public static string Sigmoid(this GraphWriter graph, string a) => graph.Node("Sigmoid", [a]);

    public static string Sin(this GraphWriter graph, string a) => graph.Node("Sin", [a]);

    public static string Cos(this GraphWriter graph, string a) => graph.Node("Cos", [a]);

    public static string Greater(this GraphWriter graph, string a, string b) => graph.Node("Greater", [a, b]);

    public static string Greater(this GraphWriter graph, string a, double b) => graph.Greater(a, graph.Scalar(b));

    public static string Less(this GraphWriter graph, string a, double b) => graph.Node("Less", [a, graph.Scalar(b)]);

    public static string Equal(this GraphWriter graph, string a, string b) => graph.Node("Equal", [a, b]);

    public static string And(this GraphWriter graph, string a, string b) => graph.Node("And", [a, b]);

    public static string Where(this GraphWriter graph, string condition, string a, string b) => graph.Node("Where", [condition, a, b]);

    /// <summary>a where the condition holds, else 0.</summary>
    public static string Only(this GraphWriter graph, string condition, string a) => graph.Where(condition, a, graph.Scalar(0));

    /// <summary>1 where the condition holds, else 0.</summary>
    public static string Indicator(this GraphWriter graph, string condition) => graph.Cast(condition, (int)graph.Type);

    public static string Cast(this GraphWriter graph, string a, int type) => graph.Node("Cast", [a], Attributes.Of("to", type));

    public static string Larger(this GraphWriter graph, string a, double b) => graph.Node("Max", [a, graph.Scalar(b)]);

    /// <summary>The sum of several tensors of one shape.</summary>
    public static string Sum(this GraphWriter graph, IReadOnlyList<string> terms)
        => terms.Count == 1 ? terms[0] : terms.Count == 2 ? graph.Add(terms[0], terms[1]) : graph.Node("Sum", terms);

    public static string MatMul(this GraphWriter graph, string a, string b) => graph.Node("MatMul", [a, b]);

    /// <summary>A·Bᵀ of two matrices.</summary>
    public static string MultiplyTransposed(this GraphWriter graph, string a, string b)
        => graph.Node("Gemm", [a, b], Attributes.Of("transB", 1));

    public static string Transpose(this GraphWriter graph, string a, params IEnumerable<long> order)
        => graph.Node("Transpose", [a], Attributes.Of("perm", order));

    /// <summary>The last two axes exchanged.</summary>
    public static string TransposeMatrices(this GraphWriter graph, string a, int rank)
        => graph.Transpose(a, [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2]);

    public static string Reshape(this GraphWriter graph, string a, params IEnumerable<long> shape)
        => graph.Node("Reshape", [a, graph.Integers(shape)]);

    public static string Expand(this GraphWriter graph, string a, params IEnumerable<long> shape)
        => graph.Node("Expand", [a, graph.Integers(shape)]);

    /// <summary>A tensor full of zeros.</summary>
    public static string Zeros(this GraphWriter graph, params IEnumerable<long> shape) => graph.Expand(graph.Scalar(0), shape);

    public static string Concat(this GraphWriter graph, IEnumerable<string> parts, long axis)
        => graph.Node("Concat", parts, Attributes.Of("axis", axis));

    /// <summary>Positions [start, end) of some axes.</summary>
    public static string Slice(this GraphWriter graph, string a, IReadOnlyList<long> starts, IReadOnlyList<long> ends,
        IReadOnlyList<long> axes)
        => graph.Node("Slice", [a, graph.Integers(starts), graph.Integers(ends), graph.Integers(axes)]);

    /// <summary>The same, every so many positions.</summary>
    public static string Slice(this GraphWriter graph, string a, IReadOnlyList<long> starts, IReadOnlyList<long> ends,
        IReadOnlyList<long> axes,
        IReadOnlyList<long> steps)
        => graph.Node("Slice", [a, graph.Integers(starts), graph.Integers(ends), graph.Integers(axes), graph.Integers(steps)]);

    /// <summary>Zeros before and behind: [before of each axis, behind of each axis].</summary>
    public static string Pad(this GraphWriter graph, string a, params IEnumerable<long> pads)
        => graph.Node("Pad", [a, graph.Integers(pads)]);

    /// <summary>The sum over some axes, which stay with extent 1.</summary>
    public static string ReduceSum(this GraphWriter graph, string a, params IEnumerable<long> axes)
        => graph.Node("ReduceSum", [a, graph.Integers(axes)], Attributes.Of("keepdims", 1));

    /// <summary>The mean over some axes, which stay with extent 1.</summary>
    public static string ReduceMean(this GraphWriter graph, string a, params IEnumerable<long> axes)
        => graph.Opset >= AxesAsInput
            ? graph.Node("ReduceMean", [a, graph.Integers(axes)], Attributes.Of("keepdims", 1))
            : graph.Node("ReduceMean", [a], Attributes.Of("keepdims", 1), Attributes.Of("axes", axes));

    /// <summary>The sum of all elements, as a single number.</summary>
    public static string Total(this GraphWriter graph, string a) => graph.Node("ReduceSum", [a], Attributes.Of("keepdims", 0));

    public static string LogSoftmax(this GraphWriter graph, string a, long axis)
        => graph.Node("LogSoftmax", [a], Attributes.Of("axis", axis));

    public static string Softmax(this GraphWriter graph, string a, long axis) => graph.Node("Softmax", [a], Attributes.Of("axis", axis));

    /// <summary>Adds updates to a tensor, element by element, at indices along an axis; the same index may come several times.</summary>
    public static string ScatterAdd(this GraphWriter graph, string to, string indices, string updates, long axis)
        => graph.Node("ScatterElements", [to, indices, updates], Attributes.Of("axis", axis), Attributes.Of("reduction", "add"));

    /// <summary>Sums a tensor over the axes along which an operand of the wanted shape was broadcast to it.</summary>
    public static string SumTo(this GraphWriter graph, string a, IReadOnlyList<long> from, IReadOnlyList<long> to)
    {
        if (from.SequenceEqual(to)) return a;
        var more = from.Count - to.Count;
        List<long> axes = [.. Enumerable.Range(0, from.Count).Where(axis => axis < more || to[axis - more] != from[axis])
            .Select(axis => (long)axis)];
        var summed = axes.Count == 0 ? a : graph.ReduceSum(a, axes);
        return more == 0 ? summed : graph.Reshape(summed, to);
    }

    /// <summary>A tensor as the values under a mask, or where there is none as they are; a node to be put before those that read
    /// it.</summary>
    public static NodeProto Masked(string name, string values, string? mask)
    {
        var node = new NodeProto { OpType = mask is null ? "Identity" : "Mul", Name = name };
        node.Input.Add(values);
        if (mask is not null) node.Input.Add(mask);
        node.Output.Add(name);
        return node;
    }

    /// <summary>Another tensor of the same values.</summary>
    public static NodeProto Copy(string from, string to) => Masked(to, from, null);
}
