using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;
using static GspMl.Onnx.Proto.TensorProto.Types;

namespace GspMl.ML;

/// <summary>
/// The projection of each row's vectors as a graph. The vectors are laid out as rows × vectors × longest, shorter ones filled up; the multiplier
/// is found by halving an interval in a Loop, from 0 to where every vector has one entry left. Where the sparsity jumps because largest
/// entries tie, <see cref="TieNodes"/> chooses among them; at a jump that nothing fills the sparser side is taken.
/// </summary>
internal sealed class RowGroupGraph(RowGroupProjectionTransformer.Parameters parameters) : FittedGraph
{
    public const string ComponentName = "RowGroupProjection", WeightsName = "gspml.weights", LengthsName = "gspml.lengths";
    private const int Halvings = 120;               // from any first interval to below the last bit of the multiplier
    private const double LastInterval = 1e-15;      // of the multiplier
    private const double TieTolerance = 1e-12;      // of the multiplier; two numbers of type float differ by 6e-8
    private const double NoEntry = -1e300;          // the score of a place that only fills up

    private readonly RowGroup group = parameters.Group;
    private readonly int longest = parameters.Group.Lengths.Max();

    private int Vectors => group.Lengths.Count;

    public override string Component => ComponentName;

    public override IReadOnlyList<GraphColumn> Inputs { get; } =
        [.. parameters.Inputs.Select((name, i) => new GraphColumn(name, parameters.Group.ColumnSizes[i], []))];

    public override IReadOnlyList<GraphColumn> Outputs { get; } =
        [.. parameters.Outputs.Select((name, i) => new GraphColumn(name, parameters.Group.ColumnSizes[i], parameters.SlotNames[i]))];

    protected override IEnumerable<(string Key, string Value)> Settings =>
        [("sparsity", Number(parameters.Sparsity)), ("unit-norm", parameters.UnitNorm.ToString())];

    /// <summary>The group's constants as values of the graph; shapes [1, vectors, 1 or longest].</summary>
    /// <param name="Weights">w, 0 at places that fill up.</param>
    /// <param name="Slopes">βw: how much a threshold rises with the multiplier.</param>
    /// <param name="Filling">0, or <see cref="NoEntry"/> at places that fill up.</param>
    /// <param name="Norms">‖w‖₂.</param>
    /// <param name="Betas">β.</param>
    /// <param name="Shares">1 / the number of vectors counted; 0 for a vector that is not.</param>
    private sealed record Constants(string Weights, string Slopes, string Filling, string Norms, string Betas, string Shares);

    protected override string[] Compute(GraphBuilder graph, string[] inputs)
    {
        graph.Constant(LengthsName, [.. group.Lengths.Select(n => (long)n)], Vectors);
        if (group.Weights.Length > 0) graph.Constant(WeightsName, group.Weights, group.Size);
        var betas = Betas();
        if (betas.All(beta => beta == 0)) return [.. inputs.Select(input => graph.Node("Identity", [input]))];

        var constants = AddConstants(graph, betas);
        var values = Spread(graph, inputs.Length == 1 ? inputs[0] : graph.Node("Concat", inputs, Integer("axis", 1)));
        var magnitudes = graph.Node("Abs", [values]);
        var compared = parameters.UnitNorm ? UnitVectors(graph, magnitudes) : magnitudes;
        var isZero = graph.Node("Equal", [Sum(graph, magnitudes, 2), graph.Constant(graph.FreshName(), [0.0])]);
        var sparseEnough = IsSparseEnough(graph, constants, compared, isZero, graph.Constant(graph.FreshName(), [0.0]));
        var (below, multiplier) = Solve(graph, constants, compared, isZero);

        var scores = Scores(graph, constants, compared, multiplier);
        var sparser = SparseDirection.Of(graph, scores, axis: 2, longest);
        var tie = new TieNodes(graph, longest, parameters.Sparsity);
        var direction = tie.Resolve(
            sparser, tie.Entries(compared, scores, Scores(graph, constants, compared, below)),
            Sparsities(graph, constants, sparser, isZero), constants.Weights, constants.Norms, constants.Betas, constants.Shares);
        var length = Sum(graph, graph.Node("Mul", [magnitudes, direction]), 2);
        var projected = graph.Node("Mul", [length, graph.Node("Mul", [direction, graph.Node("Sign", [values])])]);
        var notCounted = graph.Node("Equal", [constants.Betas, graph.Constant(graph.FreshName(), [0.0])]);
        return Gather(graph, graph.Node("Where", [graph.Node("Or", [sparseEnough, notCounted]), values, projected]));
    }

    /// <summary>
    /// Halves [low, high] until it is as small as the last bits of the multiplier; at high the sparsity suffices. Returns a little less than
    /// high, and high.
    /// </summary>
    private (string Below, string Multiplier) Solve(GraphBuilder graph, Constants constants, string magnitudes, string isZero)
    {
        var largest = graph.Node("ReduceMax", [magnitudes], Integers("axes", 1, 2), Integer("keepdims", 1));
        var high = graph.Node("Mul", [largest, graph.Constant(graph.FreshName(), [LargestMultiplier()])]);
        var low = graph.Node("Mul", [largest, graph.Constant(graph.FreshName(), [0.0])]);
        var body = Halving(graph, constants, magnitudes, isZero);
        var loop = new Onnx.Proto.NodeProto { OpType = "Loop", Name = "find_multiplier" };
        loop.Input.Add([graph.Constant("gspml.halvings", [(long)Halvings]), graph.Constant("gspml.start", true), low, high]);
        loop.Output.Add([graph.FreshName(), graph.FreshName()]);
        loop.Attribute.Add(Subgraph("body", body));
        graph.Graph.Node.Add(loop);
        return (graph.Node("Mul", [loop.Output[1], graph.Constant(graph.FreshName(), [1 - TieTolerance])]), loop.Output[1]);
    }

    private GraphBuilder Halving(GraphBuilder graph, Constants constants, string magnitudes, string isZero)
    {
        var body = graph.Body("halve");
        body.Input(body.FreshName(), DataType.Int64);
        body.Input(body.FreshName(), DataType.Bool);
        var low = body.Input(body.FreshName(), DataType.Double, "rows", 1, 1);
        var high = body.Input(body.FreshName(), DataType.Double, "rows", 1, 1);
        var middle = body.Node("Mul", [body.Node("Add", [low, high]), body.Constant(body.FreshName(), [0.5])]);
        var enough = IsSparseEnough(body, constants, magnitudes, isZero, middle);
        var (newLow, newHigh) = (body.Node("Where", [enough, low, middle]), body.Node("Where", [enough, middle, high]));
        var rest = body.Node("Sub", [body.Node("Sub", [newHigh, newLow]), body.Node("Mul", [newHigh, body.Constant(body.FreshName(), [LastInterval])])]);
        var goOn = body.Node("Greater", [body.Node("ReduceMax", [rest], Integer("keepdims", 0)), body.Constant(body.FreshName(), [0.0], [])]);
        body.Output(goOn, DataType.Bool);
        body.Output(newLow, DataType.Double, "rows", 1, 1);
        body.Output(newHigh, DataType.Double, "rows", 1, 1);
        return body;
    }

    /// <summary>β(‖w‖ − wᵀu) for each vector, or 1 for a zero vector.</summary>
    private static string Sparsities(GraphBuilder graph, Constants constants, string direction, string isZero)
    {
        var product = Sum(graph, graph.Node("Mul", [direction, constants.Weights]), 2);
        var sparsity = graph.Node("Mul", [graph.Node("Sub", [constants.Norms, product]), constants.Betas]);
        return graph.Node("Where", [isZero, graph.Constant(graph.FreshName(), [1.0]), sparsity]);
    }

    /// <summary>Whether the average sparsity is at least the target.</summary>
    private string IsSparseEnough(GraphBuilder graph, Constants constants, string magnitudes, string isZero, string multiplier)
    {
        var direction = SparseDirection.Of(graph, Scores(graph, constants, magnitudes, multiplier), axis: 2, longest);
        var sparsities = Sparsities(graph, constants, direction, isZero);
        var average = Sum(graph, graph.Node("Mul", [sparsities, constants.Shares]), 1);
        return graph.Node("Not", [graph.Node("Less", [average, graph.Constant(graph.FreshName(), [parameters.Sparsity])])]);
    }

    private static string Scores(GraphBuilder graph, Constants constants, string magnitudes, string multiplier) =>
        graph.Node("Add", [graph.Node("Sub", [magnitudes, graph.Node("Mul", [multiplier, constants.Slopes])]), constants.Filling]);

    private static string UnitVectors(GraphBuilder graph, string magnitudes)
    {
        var norm = graph.Node("ReduceL2", [magnitudes], Integers("axes", 2), Integer("keepdims", 1));
        var isZero = graph.Node("Equal", [norm, graph.Constant(graph.FreshName(), [0.0])]);
        return graph.Node("Div", [magnitudes, graph.Node("Where", [isZero, graph.Constant(graph.FreshName(), [1.0]), norm])]);
    }

    private static string Sum(GraphBuilder graph, string values, int axis) =>
        graph.Node("ReduceSum", [values], Integers("axes", axis), Integer("keepdims", 1));

    /// <summary>[rows, slots] → [rows, vectors, longest].</summary>
    private string Spread(GraphBuilder graph, string row)
    {
        var places = Places();
        var indices = graph.Constant(graph.FreshName(), [.. places.Select(p => (long)Math.Max(p, 0))], places.Length);
        var mask = graph.Constant(graph.FreshName(), [.. places.Select(p => p < 0 ? 0.0 : 1.0)], 1, places.Length);
        var filled = graph.Node("Mul", [graph.Node("Gather", [row, indices], Integer("axis", 1)), mask]);
        return graph.Node("Reshape", [filled, graph.Constant(graph.FreshName(), [-1L, Vectors, longest], 3)]);
    }

    /// <summary>[rows, vectors, longest] → [rows, slots] for each column.</summary>
    private string[] Gather(GraphBuilder graph, string values)
    {
        var places = Places();
        var slots = Enumerable.Range(0, places.Length).Where(i => places[i] >= 0).Select(i => (long)i).ToArray();
        var flat = graph.Node("Reshape", [values, graph.Constant(graph.FreshName(), [-1L, places.Length], 2)]);
        var start = 0;
        return [.. group.ColumnSizes.Select(size =>
            graph.Node("Gather", [flat, graph.Constant(graph.FreshName(), slots.AsSpan((start += size) - size, size), size)], Integer("axis", 1)))];
    }

    /// <summary>The slot of each place, −1 for one that only fills up.</summary>
    private int[] Places()
    {
        var places = Enumerable.Repeat(-1, Vectors * longest).ToArray();
        for (var (i, slot) = (0, 0); i < Vectors; i++)
            for (var j = 0; j < group.Lengths[i]; j++) places[(i * longest) + j] = slot++;
        return places;
    }

    private double[] Weights(int vector)
    {
        if (group.Weights.Length == 0) return WeightNorms.OrOnes([], group.Lengths[vector]);
        var start = group.Lengths.Take(vector).Sum();
        return WeightNorms.OrOnes(group.Weights[start..(start + group.Lengths[vector])], group.Lengths[vector]);
    }

    private double[] Betas() => [.. Enumerable.Range(0, Vectors).Select(i => WeightNorms.Beta(Weights(i)))];

    /// <summary>
    /// The multiplier, for magnitudes of at most 1, from which on every vector has none but entries of least weight: then
    /// μβ(w_j − min w) ≥ 1 for all others, or μβw ≥ 1 where all weights are equal.
    /// </summary>
    private double LargestMultiplier() => 1.001 * Enumerable.Range(0, Vectors).Max(i =>
    {
        var (weights, beta) = (Weights(i), WeightNorms.Beta(Weights(i)));
        if (beta == 0) return 0;
        var least = weights.Min();
        var gap = weights.Where(w => w > least).Select(w => w - least).Append(least > 0 ? least : double.PositiveInfinity).Min();
        return 1 / (beta * gap);
    });

    private Constants AddConstants(GraphBuilder graph, double[] betas)
    {
        var places = Places();
        var weights = new double[places.Length];
        for (var i = 0; i < Vectors; i++) Weights(i).CopyTo(weights, i * longest);
        var counted = betas.Count(beta => beta > 0);
        return new(
            graph.Constant("gspml.group.weights", weights, 1, Vectors, longest),
            graph.Constant("gspml.group.slopes", [.. weights.Select((w, place) => w * betas[place / longest])], 1, Vectors, longest),
            graph.Constant("gspml.group.filling", [.. places.Select(place => place < 0 ? NoEntry : 0)], 1, Vectors, longest),
            graph.Constant("gspml.group.norms", [.. betas.Select((_, i) => WeightNorms.L2(Weights(i)))], 1, Vectors, 1),
            graph.Constant("gspml.group.betas", betas, 1, Vectors, 1),
            graph.Constant("gspml.group.shares", [.. betas.Select(beta => beta > 0 ? 1.0 / counted : 0)], 1, Vectors, 1));
    }
}
