using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>How layers of different scales are compared when they share one multiplier.</summary>
internal static class LayerCoordinates
{
    // A layer keeps at least this part of an equal share: below that it would be nearly cut off.
    private const double FloorShare = 0.4;

    /// <summary>As the paper has it: vector i is thresholded at μβ_i, β_i = 1/(√n_i − 1), and keeps one entry.</summary>
    public static StreamedLayer Plain(StreamedLayer layer) => layer with
    {
        Unit = Beta(layer.Count),
        MostZeros = Math.Max(layer.Count - layer.Sums.Count, layer.Count - 1),
    };

    /// <summary>
    /// In parts of the standard deviation that the layer's outputs have for inputs of unit variance, ‖W‖/√filters, whatever the layer's
    /// size; with a zeros target no layer falls under a floor.
    /// </summary>
    public static StreamedLayer Scaled(StreamedLayer layer)
    {
        var deviation = Deviation(layer.Weight, layer.Sums.Squares);
        var least = Math.Max(1, (long)Math.Ceiling(Floor(layer.Layer.Target) * layer.Count));
        return layer with
        {
            Unit = deviation > 0 ? deviation : 1,
            MostZeros = Math.Max(layer.Count - layer.Sums.Count, layer.Count - least)
        };
    }

    /// <summary>β = 1/(√n − 1), and a large number for vectors of one entry, which keep it whatever the threshold.</summary>
    public static double Beta(long length) => Math.Min(HoyerScale.Beta(length), 1e9);

    /// <summary>The standard deviation of a layer's outputs for inputs of unit variance, from its squared norm.</summary>
    public static double Deviation(PrunableWeight weight, double squares)
        => Math.Sqrt(squares / (weight.View.Extent(AxisRole.Group) * weight.View.Extent(AxisRole.Output)));

    /// <summary>The least fraction of its weights that any layer keeps.</summary>
    public static double Floor(SparsityTarget target) => target.IsZeros ? FloorShare * (1 - target.Value) : 0;
}
