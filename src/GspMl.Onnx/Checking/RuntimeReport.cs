using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>What a runtime does with the zeros of a layer.</summary>
/// <param name="Runtime">The runtime.</param>
/// <param name="Gains">Whether it can gain from them.</param>
/// <param name="Reason">How, or why not.</param>
/// <param name="PredictedRatio">The layer's time by the time without zeros, where it can be told; under 1 it is faster.</param>
public sealed record RuntimeVerdict(string Runtime, bool Gains, string Reason, double? PredictedRatio = null);

/// <summary>A layer's zeros, and what runtimes do with them.</summary>
public sealed record LayerRuntimes
{
    /// <summary>The layer's weight.</summary>
    public required PrunableWeight Weight { get; init; }

    /// <summary>Its zeros, as a fraction.</summary>
    public required double Zeros { get; init; }

    /// <summary>The patterns that they form, in words; empty where there are hardly any.</summary>
    public required IReadOnlyList<string> Patterns { get; init => field = ContentList.Of(value); }

    /// <summary>One for each runtime.</summary>
    public required IReadOnlyList<RuntimeVerdict> Verdicts { get; init => field = ContentList.Of(value); }
}

/// <summary>What runtimes do with the zeros of a model.</summary>
/// <param name="Layers">The layers, in the order of the model's nodes.</param>
public sealed record RuntimeReport(IReadOnlyList<LayerRuntimes> Layers)
{
    /// <summary>The layers, in the order of the model's nodes.</summary>
    public IReadOnlyList<LayerRuntimes> Layers { get; init => field = ContentList.Of(value); } = ContentList.Of(Layers);
}
