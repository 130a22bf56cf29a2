using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>What became of a layer's column sets.</summary>
public sealed record LayerRewrite
{
    /// <summary>The layer's weight, of the model before.</summary>
    public required PrunableWeight Weight { get; init; }

    /// <summary>How it is written.</summary>
    public required LayerLayout Layout { get; init; }

    /// <summary>Blocks of filters; 0 where there are no column sets.</summary>
    public int Blocks { get; init; }

    /// <summary>Input channels that a block reads, as written.</summary>
    public int Kept { get; init; }

    /// <summary>Input channels of the layer.</summary>
    public int Channels { get; init; }

    /// <summary>The layer's time alone in the best layout by its time as it was; null where it was not timed.</summary>
    public LatencyRatio? Ratio { get; init; }

    /// <summary>Why it is written as it was; empty where it is not.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>What rewriting did.</summary>
public sealed record RewriteReport
{
    /// <summary>What was asked for.</summary>
    public required RewriteOptions Options { get; init; }

    /// <summary>The layers, in the order of the model's nodes.</summary>
    public required IReadOnlyList<LayerRewrite> Layers { get; init => field = ContentList.Of(value); }

    /// <summary>Channels that nothing read, taken out of the layers that put them out.</summary>
    public int RemovedChannels { get; init; }

    /// <summary>Rows of the runs that were timed.</summary>
    public required int Rows { get; init; }

    /// <summary>The time of the model as written by its time before; null where no layer is rewritten.</summary>
    public LatencyRatio? Ratio { get; init; }

    /// <summary>The largest difference of an output from the model before, as a part of the output's largest magnitude.</summary>
    public required double LargestDifference { get; init; }

    /// <summary>How many layers are written otherwise than they were.</summary>
    public int RewrittenCount => Layers.Count(layer => layer.Layout != LayerLayout.Dense);
}

/// <summary>A rewritten model, not yet written to a file, and what was done.</summary>
/// <param name="Model">The model; the one it was made from is unchanged.</param>
/// <param name="Report">What was done, layer by layer.</param>
public sealed record RewriteResult(OnnxModel Model, RewriteReport Report);
