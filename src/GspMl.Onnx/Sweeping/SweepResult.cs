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
    /// <summary>The curve that it belongs to.</summary>
    public required SweepCurve Curve { get; init; }

    /// <summary>The amount that was asked for: a fraction of zeros, or of multiply-accumulates to go.</summary>
    public required double Asked { get; init; }

    /// <summary>
    /// The amount that was counted: zeros as a fraction of the elements of all pruned weights, or the fraction of multiply-accumulates that
    /// are gone.
    /// </summary>
    public required double Amount { get; init; }

    /// <summary>The pruned or shrunk model; the sweep's result disposes of it.</summary>
    public required OnnxModel Model { get; init; }

    /// <summary>What was pruned, layer by layer; null where channels went.</summary>
    public PruningReport? Pruning { get; init; }

    /// <summary>Which channels went, set by set; null where weights were pruned.</summary>
    public ShrinkReport? Shrinking { get; init; }

    /// <summary>The model against the dense one, on all rows.</summary>
    public required ModelComparison Comparison { get; init; }

    /// <summary>Its quality by the sweep's measure, with the 95 % interval.</summary>
    public required Estimate Quality { get; init; }

    /// <summary>Whether it keeps the sweep's limits.</summary>
    public SweepOutcome Outcome { get; init; }

    /// <summary>
    /// Whether its curve bends here: the level lies farthest on the better side of the straight line from the dense model to the curve's
    /// last level, amounts and quality both scaled to [0,1] between these two. No level is it where quality does not get worse, or where
    /// none lies off the line.
    /// </summary>
    public bool IsKnee { get; init; }
}

/// <summary>What pruning or shrinking to several levels makes of a model.</summary>
public sealed record SweepResult : IDisposable
{
    /// <summary>The model as it was.</summary>
    public required EvaluationResult Dense { get; init; }

    /// <summary>The amount of the dense model: zeros, as a fraction, of the weights that are pruned; 0 of what can go.</summary>
    public required double DenseAmount { get; init; }

    /// <summary>What models are judged by.</summary>
    public required SweepMeasure Measure { get; init; }

    /// <summary>The dense model's quality by that measure.</summary>
    public required Estimate DenseQuality { get; init; }

    /// <summary>The models, curve by curve, amounts ascending.</summary>
    public required IReadOnlyList<SweepLevel> Levels { get; init => field = ContentList.Of(value); }

    /// <summary>
    /// The model of the greatest amount that keeps the limits, the better one of two; null where there are no limits, or no model keeps
    /// them. The models of a curve are tested from the least amount on, until one misses a limit: in such a fixed order a model that is in
    /// truth beyond the limit passes with a probability of 2.5 % at most, however many there are (fixed-sequence test, Maurer, Hothorn and
    /// Lehmacher 1995); 2.5 % for each curve.
    /// </summary>
    public SweepLevel? Chosen => Levels.Where(level => level.Outcome == SweepOutcome.Passed).OrderByDescending(level => level.Asked)
        .ThenByDescending(level => Measure == SweepMeasure.RelativeError ? -level.Quality.Value : level.Quality.Value).FirstOrDefault();

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        foreach (var level in Levels) level.Model.Dispose();
    }
}
