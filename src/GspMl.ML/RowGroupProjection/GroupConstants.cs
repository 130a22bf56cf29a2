using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;

namespace GspMl.ML;

/// <summary>A group's constants as values of a graph, and the sparsity that is made of them; shapes [1, vectors, 1 or longest].</summary>
/// <param name="Longest">The slots of the longest vector.</param>
/// <param name="Weights">w, 0 at places that fill up.</param>
/// <param name="Slopes">βw: how much a threshold rises with the multiplier.</param>
/// <param name="Filling">0, or <see cref="NoEntry"/> at places that fill up.</param>
/// <param name="Norms">‖w‖₂.</param>
/// <param name="Betas">β.</param>
/// <param name="Shares">1 / the number of vectors counted; 0 for a vector that is not.</param>
internal sealed record GroupConstants(int Longest, string Weights, string Slopes, string Filling, string Norms, string Betas, string Shares)
{
    private const double NoEntry = -1e300; // the score of a place that only fills up

    public static GroupConstants Add(GraphBuilder graph, GroupLayout layout)
    {
        var (vectors, longest, betas) = (layout.Vectors, layout.Longest, layout.Betas);
        var weights = new double[layout.Places.Length];
        for (var i = 0; i < vectors; i++) layout.Weights[i].CopyTo(weights, i * longest);
        var counted = betas.Count(beta => beta > 0);
        return new(
            longest,
            graph.Constant("gspml.group.weights", weights, 1, vectors, longest),
            graph.Constant("gspml.group.slopes", [.. weights.Select((w, place) => w * betas[place / longest])], 1, vectors, longest),
            graph.Constant("gspml.group.filling", [.. layout.Places.Select(place => place < 0 ? NoEntry : 0)], 1, vectors, longest),
            graph.Constant("gspml.group.norms", [.. layout.Weights.Select(w => WeightNorms.L2(w))], 1, vectors, 1),
            graph.Constant("gspml.group.betas", betas, 1, vectors, 1),
            graph.Constant("gspml.group.shares", [.. betas.Select(beta => beta > 0 ? 1.0 / counted : 0)], 1, vectors, 1));
    }

    /// <summary>|c| − μβw.</summary>
    public string Scores(GraphBuilder graph, string magnitudes, string multiplier) =>
        graph.Node("Add", [graph.Node("Sub", [magnitudes, graph.Node("Mul", [multiplier, Slopes])]), Filling]);

    /// <summary>β(‖w‖ − wᵀu) for each vector, or 1 for a zero vector.</summary>
    public string Sparsities(GraphBuilder graph, string direction, string isZero)
    {
        var product = Sum(graph, graph.Node("Mul", [direction, Weights]), 2);
        var sparsity = graph.Node("Mul", [graph.Node("Sub", [Norms, product]), Betas]);
        return graph.Node("Where", [isZero, graph.Constant(graph.FreshName(), [1.0]), sparsity]);
    }

    /// <summary>Whether the average sparsity at a multiplier is at least the target.</summary>
    public string IsSparseEnough(GraphBuilder graph, string magnitudes, string isZero, string multiplier, double target)
    {
        var direction = SparseDirection.Of(graph, Scores(graph, magnitudes, multiplier), axis: 2, Longest);
        var average = Sum(graph, graph.Node("Mul", [Sparsities(graph, direction, isZero), Shares]), 1);
        return graph.Node("Not", [graph.Node("Less", [average, graph.Constant(graph.FreshName(), [target])])]);
    }

    private static string Sum(GraphBuilder graph, string values, int axis) =>
        graph.Node("ReduceSum", [values], Integers("axes", axis), Integer("keepdims", 1));
}
