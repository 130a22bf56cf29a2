using GspMl.Collections;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>How sparse a weight is.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="ZeroCount">How many elements are zero.</param>
/// <param name="Hoyer">The average Hoyer sparsity of its vectors, in [0,1]; NaN where its vectors have one entry each.</param>
public sealed record LayerSparsity(PrunableWeight Weight, long ZeroCount, double Hoyer)
{
    /// <summary>Zeros as a fraction of all elements.</summary>
    public double Zeros => (double)ZeroCount / Weight.Count;
}

/// <summary>What became of one weight.</summary>
public sealed record LayerPruning
{
    // Rounding moves a sparsity a little either way; this much less is worth telling.
    private const double Noticeable = 1e-3;

    /// <summary>The weight.</summary>
    public required PrunableWeight Weight { get; init; }

    /// <summary>What its group was to reach.</summary>
    public required SparsityTarget Target { get; init; }

    /// <summary>Its sparsity before, over the vectors of the chosen group.</summary>
    public required LayerSparsity Before { get; init; }

    /// <summary>Its sparsity as written.</summary>
    public required LayerSparsity After { get; init; }

    /// <summary>The multiplier μ of its group.</summary>
    public required double Multiplier { get; init; }

    /// <summary>How the search for the multiplier ended.</summary>
    public required ProjectionEnding Ending { get; init; }

    /// <summary>
    /// The sparsity of the values before they were rounded to the format in which they are stored; null where nothing was rounded.
    /// </summary>
    internal LayerSparsity? Exact { get; init; }

    /// <summary>Why the weight fell short of what was asked for, in a sentence; empty where it did not.</summary>
    public string Shortfall
        => Ending == ProjectionEnding.Unreachable
            ? "out of reach, since each vector keeps an entry and each layer its least part: the sparsest was taken"
            : Exact is not null && After.Hoyer < Exact.Hoyer - Noticeable
                ? $"rounding to {Weight.ElementType.ToString().ToLowerInvariant()} takes its Hoyer sparsity from {Exact.Hoyer:F3} to "
                + $"{After.Hoyer:F3}"
            : IsAsItWas ? $"{After.Hoyer:F3} of {Target.Value:F3}: its largest entries tie, and with the values that they had no choice of "
                + "them is sparser"
            : "";

    /// <summary>Whether a target was met by values at a tie, and these were not taken.</summary>
    private bool IsAsItWas => Ending == ProjectionEnding.MetAtTie && !Target.IsZeros && After.ZeroCount == Before.ZeroCount
        && After.Hoyer < Target.Value - Noticeable && After.Hoyer <= Before.Hoyer + Noticeable;

    /// <summary>What was chosen for this weight and why, in a sentence; empty where the options alone decided.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// Where values were reconstructed: the squared error that is left in the layer's outputs on calibration data, as a fraction of their
    /// variance (filters weighed by what they count for the model's outputs, where that was measured).
    /// </summary>
    public double? OutputError { get; init; }

    /// <summary>Where the allocation was measured: the levels tried on this layer alone.</summary>
    public IReadOnlyList<MeasuredLevel> Levels { get; init => field = ContentList.Of(value); } = ContentList.Of<MeasuredLevel>([]);
}

/// <summary>What a pruning run decided.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Layers">The pruned weights, in the order of the model's nodes.</param>
/// <param name="Skipped">What was left alone, with the reason.</param>
public sealed record PruningReport(PruningOptions Options, IReadOnlyList<LayerPruning> Layers, IReadOnlyList<SkippedTensor> Skipped)
{
    /// <summary>The pruned weights, in the order of the model's nodes.</summary>
    public IReadOnlyList<LayerPruning> Layers { get; init => field = ContentList.Of(value); } = ContentList.Of(Layers);

    /// <summary>What was left alone, with the reason.</summary>
    public IReadOnlyList<SkippedTensor> Skipped { get; init => field = ContentList.Of(value); } = ContentList.Of(Skipped);

    /// <summary>The elements of all pruned weights.</summary>
    public long Count => Layers.Sum(layer => layer.Weight.Count);

    /// <summary>How many of them were zero before.</summary>
    public long ZeroCountBefore => Layers.Sum(layer => layer.Before.ZeroCount);

    /// <summary>How many of them are zero now.</summary>
    public long ZeroCountAfter => Layers.Sum(layer => layer.After.ZeroCount);

    /// <summary>Zeros now, as a fraction of the elements of all pruned weights.</summary>
    public double Zeros => (double)ZeroCountAfter / Count;
}

/// <summary>A pruned model, not yet written, and what was decided.</summary>
/// <param name="Model">The model with its new values; the one it was made from is unchanged.</param>
/// <param name="Report">The decisions, layer by layer.</param>
public sealed record PruningResult(OnnxModel Model, PruningReport Report);
