using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>Whether a model keeps the limits of a sweep.</summary>
public enum SweepOutcome
{
    /// <summary>There are no limits, or a denser model missed them: this one was not looked at.</summary>
    NotTested,

    /// <summary>It keeps them.</summary>
    Passed,

    /// <summary>It misses one.</summary>
    Failed,
}

/// <summary>One model of a sweep.</summary>
public sealed record SweepLevel
{
    /// <summary>The fraction of zeros that was asked for.</summary>
    public required double Asked { get; init; }

    /// <summary>The pruned model; the sweep's result disposes of it.</summary>
    public required OnnxModel Model { get; init; }

    /// <summary>What was decided, layer by layer.</summary>
    public required PruningReport Report { get; init; }

    /// <summary>The model against the dense one, on all rows.</summary>
    public required ModelComparison Comparison { get; init; }

    /// <summary>Its quality by the sweep's measure, with the 95 % interval.</summary>
    public required Estimate Quality { get; init; }

    /// <summary>Whether it keeps the sweep's limits.</summary>
    public SweepOutcome Outcome { get; init; }

    /// <summary>The zeros that were counted, as a fraction of the elements of all pruned weights.</summary>
    public double Zeros => Report.Zeros;
}

/// <summary>What pruning to several levels makes of a model.</summary>
public sealed record SweepResult : IDisposable
{
    /// <summary>The model as it was.</summary>
    public required EvaluationResult Dense { get; init; }

    /// <summary>Zeros of the weights that are pruned before they are, as a fraction.</summary>
    public required double DenseZeros { get; init; }

    /// <summary>What models are judged by.</summary>
    public required SweepMeasure Measure { get; init; }

    /// <summary>The dense model's quality by that measure.</summary>
    public required Estimate DenseQuality { get; init; }

    /// <summary>The pruned models, zeros ascending.</summary>
    public required IReadOnlyList<SweepLevel> Levels { get; init => field = ContentList.Of(value); }

    /// <summary>
    /// The level, from 0, that lies farthest on the better side of the straight line from the dense model to the sparsest level, zeros and
    /// quality both scaled to [0,1] between these two; null where quality does not get worse, or no level lies off the line.
    /// </summary>
    public int? Knee { get; init; }

    /// <summary>
    /// The sparsest model that keeps the limits; null where there are none, or no model does. Models are tested from the densest on, until
    /// one misses a limit: in such a fixed order a model that is in truth beyond the limit passes with a probability of 2.5 % at most,
    /// however many there are (fixed-sequence test, Maurer, Hothorn and Lehmacher 1995).
    /// </summary>
    public SweepLevel? Chosen => Levels.LastOrDefault(level => level.Outcome == SweepOutcome.Passed);

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        foreach (var level in Levels) level.Model.Dispose();
    }
}
