using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>How sparse a weight is.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Zeros">How many elements are zero.</param>
/// <param name="Hoyer">The average Hoyer sparsity of its vectors, in [0,1]; NaN where its vectors have one entry each.</param>
public sealed record LayerSparsity(PrunableWeight Weight, long Zeros, double Hoyer)
{
    /// <summary>Zeros as a fraction of all elements.</summary>
    public double ZeroFraction => (double)Zeros / Weight.Count;
}

/// <summary>What became of one weight.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Target">What its group was to reach.</param>
/// <param name="Before">Its sparsity before, over the vectors of the chosen group.</param>
/// <param name="After">Its sparsity as written.</param>
/// <param name="Multiplier">The multiplier μ of its group.</param>
/// <param name="Ending">How the search for the multiplier ended.</param>
public sealed record LayerPruning(
    PrunableWeight Weight, SparsityTarget Target, LayerSparsity Before, LayerSparsity After, double Multiplier, ProjectionEnding Ending)
{
    // Rounding moves a sparsity a little either way; this much less is worth telling.
    private const double Noticeable = 1e-3;

    /// <summary>The sparsity of the values before they were rounded to the format in which they are stored; null where nothing was rounded.</summary>
    internal LayerSparsity? Exact { get; init; }

    /// <summary>Why the weight fell short of what was asked for, in a sentence; empty where it did not.</summary>
    public string Shortfall
        => Ending == ProjectionEnding.Unreachable ? "out of reach, since each vector keeps an entry and each layer its least part: the sparsest was taken"
            : Exact is not null && After.Hoyer < Exact.Hoyer - Noticeable ? $"rounding to {Weight.ElementType.ToString().ToLowerInvariant()} takes its Hoyer sparsity from {Exact.Hoyer:F3} to {After.Hoyer:F3}"
            : "";

    /// <summary>What was chosen for this weight and why, in a sentence; empty where the options alone decided.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Where values were reconstructed: the squared error that is left in the layer's outputs on calibration data, as a fraction of their variance (filters weighed by what they count for the model's outputs, where that was measured).</summary>
    public double? OutputError { get; init; }

    /// <summary>Where the allocation was measured: the levels tried on this layer alone.</summary>
    public IReadOnlyList<MeasuredLevel> Levels { get; init; } = [];
}

/// <summary>What pruning one layer alone did to the model's outputs.</summary>
/// <param name="Zeros">The layer's zeros, as a fraction.</param>
/// <param name="Change">The squared change of the model's outputs on rows held back, as a fraction of the dense outputs' variance.</param>
public sealed record MeasuredLevel(double Zeros, double Change);

/// <summary>What a pruning run decided.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Layers">The pruned weights, in the order of the model's nodes.</param>
/// <param name="Skipped">What was left alone, with the reason.</param>
public sealed record PruningReport(PruningOptions Options, IReadOnlyList<LayerPruning> Layers, IReadOnlyList<SkippedTensor> Skipped)
{
    /// <summary>The elements of all pruned weights.</summary>
    public long Count => Layers.Sum(layer => layer.Weight.Count);

    /// <summary>How many of them were zero before.</summary>
    public long ZerosBefore => Layers.Sum(layer => layer.Before.Zeros);

    /// <summary>How many of them are zero now.</summary>
    public long ZerosAfter => Layers.Sum(layer => layer.After.Zeros);

    /// <summary>Zeros now, as a fraction of the elements of all pruned weights.</summary>
    public double ZeroFraction => (double)ZerosAfter / Count;
}

/// <summary>A pruned model, not yet written, and what was decided.</summary>
/// <param name="Model">The model with its new values; the one it was made from is unchanged.</param>
/// <param name="Report">The decisions, layer by layer.</param>
public sealed record PruningResult(OnnxModel Model, PruningReport Report);
