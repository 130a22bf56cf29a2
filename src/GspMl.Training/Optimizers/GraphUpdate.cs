using GspMl.Training.Graphs;
using GspMl.Training.Operators;

namespace GspMl.Training.Optimizers;

/// <summary>The names of one parameter's state in a graph that also updates it.</summary>
internal sealed record StateNames(string Parameter)
{
    /// <summary>The values, of cut weights too while these may come back.</summary>
    public string Uncut => $"training/uncut/{Parameter}";

    /// <summary>1 where the model sees the value, 0 where it sees zero.</summary>
    public string Mask => $"training/mask/{Parameter}";

    /// <summary>1 where the value moves, 0 where not.</summary>
    public string Moves => $"training/moves/{Parameter}";

    public string Mean => $"training/mean/{Parameter}";

    public string Square => $"training/square/{Parameter}";
}

/// <summary>One step of an optimiser as nodes of the graph, so that nothing leaves the device: as <see cref="HostUpdate"/> makes
/// it.</summary>
internal sealed class GraphUpdate(TuningOptimizer optimizer)
{
    /// <summary>The learning rate of the step, as in <see cref="UpdateRates.Step"/>.</summary>
    public const string Step = "training/step";

    /// <summary>As in <see cref="UpdateRates.Root"/>.</summary>
    public const string Root = "training/root";

    /// <summary>As in <see cref="UpdateRates.Decay"/>.</summary>
    public const string Decay = "training/decay";

    /// <summary>Writes the step of one parameter.</summary>
    /// <returns>The new values, mean and, of adaptive steps, mean square; of a statistic what follows it.</returns>
    public IReadOnlyList<string> Write(GraphWriter graph, Parameter parameter, string gradient)
    {
        if (parameter.IsStatistic) return [gradient];
        var names = new StateNames(parameter.Name);
        var moving = parameter.IsWeight ? graph.Multiply(gradient, names.Moves) : gradient;
        var mean = optimizer.IsAdaptive
            ? graph.Add(graph.Multiply(names.Mean, optimizer.Momentum), graph.Multiply(moving, 1 - optimizer.Momentum))
            : graph.Add(graph.Multiply(names.Mean, optimizer.Momentum), moving);
        var decayed = graph.Subtract(names.Uncut, graph.Multiply(names.Uncut, Decay));
        if (!optimizer.IsAdaptive) return [graph.Subtract(decayed, graph.Multiply(mean, Step)), mean];
        var square = graph.Add(graph.Multiply(names.Square, optimizer.SquareMomentum),
            graph.Multiply(graph.Square(moving), 1 - optimizer.SquareMomentum));
        var size = graph.Add(graph.Multiply(graph.Sqrt(square), Root), graph.Scalar(optimizer.Epsilon));
        return [graph.Subtract(decayed, graph.Divide(graph.Multiply(mean, Step), size)), mean, square];
    }
}
