using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;

namespace GspMl.ML;

/// <summary>
/// The projection with a known multiplier as a graph: x = α u sign(c), u = normalise((|c| − μβw)₊), or one-hot where nothing is left.
/// </summary>
internal sealed class ThresholdGraph(GspProjectionModel model) : FittedGraph
{
    public const string ComponentName = "GspProjection", WeightsKey = "weights";

    public override string Component => ComponentName;

    public override IReadOnlyList<GraphColumn> Inputs { get; } = [new(model.Input, model.Size, [], model.Shape)];

    public override IReadOnlyList<GraphColumn> Outputs { get; } = [new(model.Output, model.Size, model.SlotNames, model.Shape)];

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        ("multiplier", Number(model.Multiplier)),
        ("sparsity", Number(model.Sparsity)),
        ("unit-norm", model.UnitNorm.ToString()),
        (WeightsKey, Numbers(model.Weights)),
    ];

    protected override string[] Compute(GraphBuilder graph, string[] inputs)
    {
        var magnitudes = graph.Node("Abs", [inputs[0]]);
        var threshold = graph.Constant("gspml.threshold", Thresholds(), 1, model.Size);
        if (model.UnitNorm)
        {
            var norm = graph.Node("ReduceL2", [magnitudes], Integers("axes", 1), Integer("keepdims", 1));
            threshold = graph.Node("Mul", [threshold, norm]);
        }
        var scores = graph.Node("Sub", [magnitudes, threshold]);
        var direction = SparseDirection.Of(graph, scores, axis: 1, model.Size);
        var length = graph.Node("ReduceSum", [graph.Node("Mul", [magnitudes, direction])], Integers("axes", 1), Integer("keepdims", 1));
        var signed = graph.Node("Mul", [direction, graph.Node("Sign", [inputs[0]])]);
        return [graph.Node("Mul", [length, signed])];
    }

    /// <summary>μβw for each slot.</summary>
    private double[] Thresholds()
    {
        var weights = WeightNorms.OrOnes(model.Weights, model.Size);
        var beta = WeightNorms.Beta(weights);
        return [.. weights.Select(w => model.Multiplier * beta * w)];
    }
}
