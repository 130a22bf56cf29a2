namespace GspMl.Training;

/// <summary>How weights follow their gradients.</summary>
public sealed record TuningOptimizer
{
    private TuningOptimizer()
    {
    }

    /// <summary>Adam, with weight decay apart from the gradient where there is any (Kingma and Ba 2015; Loshchilov and Hutter
    /// 2019).</summary>
    /// <param name="learningRate">The largest step, of the schedule's top; positive.</param>
    /// <param name="weightDecay">The part of a weight that a step takes off, times the learning rate.</param>
    public static TuningOptimizer Adam(double learningRate = 1e-3, double weightDecay = 0)
        => Checked(new() { IsAdaptive = true, LearningRate = learningRate, Momentum = 0.9, WeightDecay = weightDecay });

    /// <summary>Stochastic gradient descent with momentum.</summary>
    /// <param name="learningRate">Positive.</param>
    /// <param name="momentum">In [0, 1).</param>
    /// <param name="weightDecay">As for <see cref="Adam"/>.</param>
    public static TuningOptimizer Sgd(double learningRate = 0.05, double momentum = 0.9, double weightDecay = 0)
        => Checked(new() { LearningRate = learningRate, Momentum = momentum, WeightDecay = weightDecay });

    /// <summary>Whether steps are divided by the gradients' size.</summary>
    public bool IsAdaptive { get; private init; }

    /// <summary>The learning rate at the schedule's top.</summary>
    public double LearningRate { get; private init; }

    /// <summary>What a step keeps of the direction before.</summary>
    public double Momentum { get; private init; }

    /// <summary>What the squares of the gradients keep of those before.</summary>
    public double SquareMomentum { get; init; } = 0.999;

    /// <summary>Added to the root of the squares.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>What a step takes off a weight, times the learning rate.</summary>
    public double WeightDecay { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => IsAdaptive ? $"Adam, learning rate {LearningRate}"
        : $"SGD, learning rate {LearningRate}, momentum {Momentum}";

    private static TuningOptimizer Checked(TuningOptimizer made)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(made.LearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(made.WeightDecay);
        ArgumentOutOfRangeException.ThrowIfNegative(made.Momentum);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(made.Momentum, 1);
        return made;
    }
}
