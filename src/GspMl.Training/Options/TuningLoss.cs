namespace GspMl.Training;

/// <summary>How the outputs of a model that is tuned are compared with those of its teacher.</summary>
public sealed record TuningLoss
{
    private TuningLoss()
    {
    }

    /// <summary>
    /// What each output is for decides: where classes compete, <see cref="Divergence"/> at temperature 1, elsewhere
    /// <see cref="SquaredError"/>. What an output is for is found as in an evaluation.
    /// </summary>
    public static TuningLoss ByTask { get; } = new() { FollowsTask = true };

    /// <summary>
    /// The mean squared difference of every output, as a part of the variance that the teacher's has over the rows: for logits, features,
    /// maps and sequences alike.
    /// </summary>
    public static TuningLoss SquaredError { get; } = new();

    /// <summary>
    /// The Kullback-Leibler divergence of the classes' probabilities, of logits or of probabilities, for outputs that have more than one
    /// class; others are compared by <see cref="SquaredError"/> (Hinton et al. 2015).
    /// </summary>
    /// <param name="temperature">Logits are divided by it; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive.</exception>
    public static TuningLoss Divergence(double temperature = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return new() { Temperature = temperature };
    }

    /// <summary>Whether each output has the loss of its task.</summary>
    public bool FollowsTask { get; private init; }

    /// <summary>The temperature of a divergence; null for others.</summary>
    public double? Temperature { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => FollowsTask ? "loss by task" : Temperature is { } temperature
        ? $"divergence at temperature {temperature}" : "squared error";
}
