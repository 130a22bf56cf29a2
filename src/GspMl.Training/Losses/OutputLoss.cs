using GspMl.Training.Graphs;
using GspMl.Training.Operators;

namespace GspMl.Training.Losses;

/// <summary>Writes how far an output is from what is wanted: one number for each row.</summary>
internal abstract record OutputLoss(string Output, string Target, double Share)
{
    // Probabilities below are taken for it, so that their logarithm is a number.
    protected const double LeastProbability = 1e-7;

    /// <returns>A tensor of one number for each of the rows.</returns>
    public string Write(GraphWriter graph, int rows) => graph.Multiply(Rows(graph, rows), Share);

    protected abstract string Rows(GraphWriter graph, int rows);

    /// <summary>The sum of all that belongs to a row.</summary>
    protected static string SumRows(GraphWriter graph, string values, int rows)
        => graph.Reshape(graph.ReduceSum(graph.Reshape(values, rows, -1), 1), rows);
}

/// <summary>The squared difference, times a scale.</summary>
internal sealed record SquaredLoss(string Output, string Target, double Share, double Scale) : OutputLoss(Output, Target, Share)
{
    protected override string Rows(GraphWriter graph, int rows)
        => graph.Multiply(SumRows(graph, graph.Square(graph.Subtract(Output, Target)), rows), Scale);
}

/// <summary>Σ p · (log p − log q) over an axis of classes, p of the teacher: of logits, softened by a temperature.</summary>
/// <param name="Output">The output.</param>
/// <param name="Target">What is wanted of it.</param>
/// <param name="Share">What it counts.</param>
/// <param name="Axis">The axis of classes.</param>
/// <param name="Temperature">Logits are divided by it; the result is multiplied by its square.</param>
/// <param name="Positions">Distributions in a row, of which the mean is taken.</param>
internal sealed record DivergenceLoss(string Output, string Target, double Share, int Axis, double Temperature, long Positions)
    : OutputLoss(Output, Target, Share)
{
    protected override string Rows(GraphWriter graph, int rows)
    {
        var wanted = graph.LogSoftmax(graph.Multiply(Target, 1 / Temperature), Axis);
        var found = graph.LogSoftmax(graph.Multiply(Output, 1 / Temperature), Axis);
        var terms = graph.Multiply(graph.Exp(wanted), graph.Subtract(wanted, found));
        return graph.Multiply(SumRows(graph, terms, rows), Temperature * Temperature / Positions);
    }
}

/// <summary>The same of outputs that are probabilities already.</summary>
internal sealed record ProbabilityLoss(string Output, string Target, double Share, long Positions) : OutputLoss(Output, Target, Share)
{
    protected override string Rows(GraphWriter graph, int rows)
    {
        var ratio = graph.Subtract(graph.Log(graph.Larger(Target, LeastProbability)), graph.Log(graph.Larger(Output, LeastProbability)));
        return graph.Multiply(SumRows(graph, graph.Multiply(Target, ratio), rows), 1.0 / Positions);
    }
}

/// <summary>−log q of the right class: of logits, or of probabilities.</summary>
internal sealed record LabelLoss(string Output, double Share, bool AreProbabilities) : OutputLoss(Output, LossInputs.Labels, Share)
{
    protected override string Rows(GraphWriter graph, int rows)
    {
        var logarithms = AreProbabilities ? graph.Log(graph.Larger(Output, LeastProbability)) : graph.LogSoftmax(Output, 1);
        return graph.Negate(SumRows(graph, graph.Multiply(Target, logarithms), rows));
    }
}
