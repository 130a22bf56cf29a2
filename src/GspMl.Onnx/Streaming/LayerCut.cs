using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>Which entries of a layer go: those up to a magnitude, and the first so many of those that are as good as tied there.</summary>
/// <param name="Low">Magnitudes up to it go.</param>
/// <param name="High">Magnitudes over it stay.</param>
/// <param name="Ties">How many of those between go, the first in the stored order.</param>
internal readonly record struct LayerCut(double Low, double High, long Ties)
{
    /// <summary>All up to a magnitude go.</summary>
    public static LayerCut At(double threshold) => new(threshold, threshold, 0);
}

/// <summary>What was decided for layers that share a target.</summary>
/// <param name="Multiplier">The group's multiplier.</param>
/// <param name="Ending">How the search for it ended.</param>
/// <param name="Cuts">What goes of each layer.</param>
/// <param name="Kept">Sums over what stays of each layer.</param>
internal sealed record StreamedDecision(double Multiplier, ProjectionEnding Ending, IReadOnlyList<LayerCut> Cuts,
    IReadOnlyList<MagnitudeSums> Kept)
{
    /// <summary>
    /// The relative distance of multipliers that a jump separates: finer than the steps of float, so that it is told from a steep rise.
    /// </summary>
    public const double Resolution = 1e-9;

    /// <summary>Nothing has to go.</summary>
    public static StreamedDecision Unchanged(IReadOnlyList<StreamedLayer> layers)
        => new(0, ProjectionEnding.Unchanged, [.. layers.Select(_ => LayerCut.At(0))], [.. layers.Select(layer => layer.Sums)]);
}
