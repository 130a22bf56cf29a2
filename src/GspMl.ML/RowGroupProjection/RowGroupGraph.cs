using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;
using static GspMl.Onnx.Proto.TensorProto.Types;

namespace GspMl.ML;

/// <summary>
/// The projection of each row's vectors as a graph. The vectors are laid out as rows × vectors × longest, shorter ones filled up; the
/// multiplier is found by halving an interval in a Loop, from 0 to where every vector has one entry left. Where the sparsity jumps because
/// largest entries tie, <see cref="TieNodes"/> chooses among them; at a jump that nothing fills the sparser side is taken.
/// </summary>
internal sealed class RowGroupGraph(RowGroupModel model) : FittedGraph
{
    public const string ComponentName = "RowGroupProjection", WeightsKey = "weights", LengthsKey = "lengths";
    private const int Halvings = 120;               // from any first interval to below the last bit of the multiplier
    private const double LastInterval = 1e-15;      // of the multiplier
    private const double TieTolerance = 1e-12;      // of the multiplier; two numbers of type float differ by 6e-8

    private readonly RowGroup group = model.Group;
    private readonly GroupLayout layout = new(model.Group);

    public override string Component => ComponentName;

    public override IReadOnlyList<GraphColumn> Inputs { get; } =
        [.. model.Inputs.Select((name, i) => new GraphColumn(name, model.Group.ColumnSizes[i], [], model.Shapes[i]))];

    public override IReadOnlyList<GraphColumn> Outputs { get; } =
        [.. model.Outputs.Select((name, i) => new GraphColumn(name, model.Group.ColumnSizes[i], model.SlotNames[i], model.Shapes[i]))];

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        ("sparsity", Number(model.Sparsity)),
        ("unit-norm", model.UnitNorm.ToString()),
        (LengthsKey, Numbers(group.Lengths)),
        (WeightsKey, Numbers(group.Weights)),
    ];

    protected override string[] Compute(GraphBuilder graph, string[] inputs)
    {
        if (layout.Betas.All(beta => beta == 0)) return [.. inputs.Select(input => graph.Node("Identity", [input]))];

        var constants = GroupConstants.Add(graph, layout);
        var values = layout.Spread(graph, inputs.Length == 1 ? inputs[0] : graph.Node("Concat", inputs, Integer("axis", 1)));
        var magnitudes = graph.Node("Abs", [values]);
        var compared = model.UnitNorm ? UnitVectors(graph, magnitudes) : magnitudes;
        var isZero = graph.Node("Equal", [Sum(graph, magnitudes, 2), graph.Constant(graph.FreshName(), [0.0])]);
        var sparseEnough = constants.IsSparseEnough(graph, compared, isZero, graph.Constant(graph.FreshName(), [0.0]), model.Sparsity);
        var (below, multiplier) = Solve(graph, constants, compared, isZero);

        var scores = constants.Scores(graph, compared, multiplier);
        var sparser = SparseDirection.Of(graph, scores, axis: 2, layout.Longest);
        var tie = new TieNodes(graph, layout.Longest, model.Sparsity);
        var direction = tie.Resolve(
            sparser, tie.Entries(compared, scores, constants.Scores(graph, compared, below)),
            constants.Sparsities(graph, sparser, isZero), constants.Weights, constants.Norms, constants.Betas, constants.Shares);
        var length = Sum(graph, graph.Node("Mul", [magnitudes, direction]), 2);
        var projected = graph.Node("Mul", [length, graph.Node("Mul", [direction, graph.Node("Sign", [values])])]);
        var notCounted = graph.Node("Equal", [constants.Betas, graph.Constant(graph.FreshName(), [0.0])]);
        return layout.Gather(graph, graph.Node("Where", [graph.Node("Or", [sparseEnough, notCounted]), values, projected]));
    }

    /// <summary>
    /// Halves [low, high] until it is as small as the last bits of the multiplier; at high the sparsity suffices. Returns a little less
    /// than high, and high.
    /// </summary>
    private (string Below, string Multiplier) Solve(GraphBuilder graph, GroupConstants constants, string magnitudes, string isZero)
    {
        var largest = graph.Node("ReduceMax", [magnitudes], Integers("axes", 1, 2), Integer("keepdims", 1));
        var high = graph.Node("Mul", [largest, graph.Constant(graph.FreshName(), [layout.LargestMultiplier])]);
        var low = graph.Node("Mul", [largest, graph.Constant(graph.FreshName(), [0.0])]);
        var body = Halving(graph, constants, magnitudes, isZero);
        var loop = new Onnx.Proto.NodeProto { OpType = "Loop", Name = "find_multiplier" };
        loop.Input.Add([graph.Constant("gspml.halvings", [(long)Halvings]), graph.Constant("gspml.start", true), low, high]);
        loop.Output.Add([graph.FreshName(), graph.FreshName()]);
        loop.Attribute.Add(Subgraph("body", body));
        graph.Graph.Node.Add(loop);
        return (graph.Node("Mul", [loop.Output[1], graph.Constant(graph.FreshName(), [1 - TieTolerance])]), loop.Output[1]);
    }

    private GraphBuilder Halving(GraphBuilder graph, GroupConstants constants, string magnitudes, string isZero)
    {
        var body = graph.Body("halve");
        body.Input(body.FreshName(), DataType.Int64);
        body.Input(body.FreshName(), DataType.Bool);
        var low = body.Input(body.FreshName(), DataType.Double, "rows", 1, 1);
        var high = body.Input(body.FreshName(), DataType.Double, "rows", 1, 1);
        var middle = body.Node("Mul", [body.Node("Add", [low, high]), body.Constant(body.FreshName(), [0.5])]);
        var enough = constants.IsSparseEnough(body, magnitudes, isZero, middle, model.Sparsity);
        var (newLow, newHigh) = (body.Node("Where", [enough, low, middle]), body.Node("Where", [enough, middle, high]));
        var smallest = body.Node("Mul", [newHigh, body.Constant(body.FreshName(), [LastInterval])]);
        var rest = body.Node("ReduceMax", [body.Node("Sub", [body.Node("Sub", [newHigh, newLow]), smallest])], Integer("keepdims", 0));
        var goOn = body.Node("Greater", [rest, body.Constant(body.FreshName(), [0.0], [])]);
        body.Output(goOn, DataType.Bool);
        body.Output(newLow, DataType.Double, "rows", 1, 1);
        body.Output(newHigh, DataType.Double, "rows", 1, 1);
        return body;
    }

    private static string UnitVectors(GraphBuilder graph, string magnitudes)
    {
        var norm = graph.Node("ReduceL2", [magnitudes], Integers("axes", 2), Integer("keepdims", 1));
        var isZero = graph.Node("Equal", [norm, graph.Constant(graph.FreshName(), [0.0])]);
        return graph.Node("Div", [magnitudes, graph.Node("Where", [isZero, graph.Constant(graph.FreshName(), [1.0]), norm])]);
    }

    private static string Sum(GraphBuilder graph, string values, int axis) =>
        graph.Node("ReduceSum", [values], Integers("axes", axis), Integer("keepdims", 1));
}
