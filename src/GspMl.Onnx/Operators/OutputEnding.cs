namespace GspMl.Onnx.Operators;

/// <summary>What an operator near the end of a graph tells of the model's output.</summary>
internal enum OutputEnding
{
    /// <summary>Probabilities that share an axis and add up to 1.</summary>
    Distribution,

    /// <summary>Their logarithms.</summary>
    LogDistribution,

    /// <summary>Each value is a probability of its own.</summary>
    Probability,

    /// <summary>No value is negative: features, not scores.</summary>
    Rectified,
}
