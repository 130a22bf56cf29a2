using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;
using static GspMl.Onnx.Proto.TensorProto.Types;

namespace GspMl.ML;

/// <summary>The projection with a known multiplier as a graph: x = α u sign(c), u = normalise((|c| − μβw)₊), or one-hot where nothing is left.</summary>
internal sealed class ThresholdGraph(GspProjectionTransformer.Parameters parameters) : FittedGraph
{
    public const string ComponentName = "GspProjection", WeightsName = "gspml.weights";

    public override string Component => ComponentName;

    public override IReadOnlyList<GraphColumn> Inputs { get; } = [new(parameters.Input, parameters.Size, [])];

    public override IReadOnlyList<GraphColumn> Outputs { get; } = [new(parameters.Output, parameters.Size, parameters.SlotNames)];

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        ("multiplier", Number(parameters.Multiplier)),
        ("sparsity", Number(parameters.Sparsity)),
        ("unit-norm", parameters.UnitNorm.ToString()),
    ];

    protected override string[] Compute(GraphBuilder graph, string[] inputs)
    {
        if (parameters.Weights.Length > 0) graph.Constant(WeightsName, parameters.Weights, parameters.Size);
        var magnitudes = graph.Node("Abs", [inputs[0]]);
        var threshold = graph.Constant("gspml.threshold", Thresholds(), 1, parameters.Size);
        if (parameters.UnitNorm) threshold = graph.Node("Mul", [threshold, graph.Node("ReduceL2", [magnitudes], Integers("axes", 1), Integer("keepdims", 1))]);
        var scores = graph.Node("Sub", [magnitudes, threshold]);
        var direction = SparseDirection.Of(graph, scores, axis: 1, parameters.Size);
        var length = graph.Node("ReduceSum", [graph.Node("Mul", [magnitudes, direction])], Integers("axes", 1), Integer("keepdims", 1));
        var signed = graph.Node("Mul", [direction, graph.Node("Sign", [inputs[0]])]);
        return [graph.Node("Mul", [length, signed])];
    }

    /// <summary>μβw for each slot.</summary>
    private double[] Thresholds()
    {
        var weights = WeightNorms.OrOnes(parameters.Weights, parameters.Size);
        var beta = WeightNorms.Beta(weights);
        return [.. weights.Select(w => parameters.Multiplier * beta * w)];
    }
}

/// <summary>The norms of weights that the sparsity is made of.</summary>
internal static class WeightNorms
{
    public static double[] OrOnes(IReadOnlyList<float> weights, int size) =>
        weights.Count > 0 ? [.. weights.Select(w => (double)w)] : [.. Enumerable.Repeat(1.0, size)];

    public static double L2(ReadOnlySpan<double> weights) => Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares(weights));

    /// <summary>β = 1/(‖w‖₂ − min w); 0 where no sparsity is defined.</summary>
    public static double Beta(ReadOnlySpan<double> weights)
    {
        var span = weights.Length < 2 ? 0 : L2(weights) - System.Numerics.Tensors.TensorPrimitives.Min(weights);
        return span > 0 ? 1 / span : 0;
    }
}

/// <summary>Nodes for the unit vector u ≥ 0 of scores s: normalise(s₊), or one-hot at the first largest score where none is positive.</summary>
internal static class SparseDirection
{
    public static string Of(GraphBuilder graph, string scores, int axis, int size)
    {
        var kept = graph.Node("Relu", [scores]);
        var squares = graph.Node("ReduceSumSquare", [kept], Integers("axes", axis), Integer("keepdims", 1));
        var any = graph.Node("Greater", [squares, graph.Constant(graph.FreshName(), [0.0])]);
        // Where nothing is left the quotient is taken by 1, not by 0: Where computes both branches.
        var norm = graph.Node("Sqrt", [graph.Node("Where", [any, squares, graph.Constant(graph.FreshName(), [1.0])])]);
        return graph.Node("Where", [any, graph.Node("Div", [kept, norm]), OneHot(graph, scores, axis, size)]);
    }

    private static string OneHot(GraphBuilder graph, string scores, int axis, int size)
    {
        var largest = graph.Node("ArgMax", [scores], Integer("axis", axis), Integer("keepdims", 1));
        long[] places = [.. Enumerable.Range(0, size).Select(i => (long)i)];
        var shape = Enumerable.Repeat(1L, axis + 1).ToArray();
        shape[axis] = size;
        return graph.Cast(graph.Node("Equal", [largest, graph.Constant(graph.FreshName(), places, shape)]), DataType.Double);
    }
}
