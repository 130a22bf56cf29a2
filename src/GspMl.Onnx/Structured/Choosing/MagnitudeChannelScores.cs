using GspMl.Onnx.Calibration;
using GspMl.Onnx.Structured.Following;

namespace GspMl.Onnx.Structured.Choosing;

/// <summary>
/// What a channel is worth by the weights alone: the norms of the filters that put it out, each multiplied by the gain of the BatchNormalization
/// behind it and divided by the root mean square over the layer's channels, so that layers and sets are comparable.
/// </summary>
internal static class MagnitudeChannelScores
{
    /// <summary>A score for each channel of each set.</summary>
    public static IReadOnlyList<double[]> Of(OnnxModel model, ChannelFlow flow, IReadOnlyList<FoundSet> sets)
    {
        var working = new WorkingModel(model);
        var squares = flow.Layers.Where(layer => sets.Any(set => set.Layers.Contains(layer))).ToDictionary(layer => layer, layer => Squares(model, working, flow, layer));
        return [.. sets.Select(set => set.Channels.Select(channel => Math.Sqrt(set.Layers.Average(layer => squares[layer].GetValueOrDefault(channel)))).ToArray())];
    }

    /// <summary>For each of the layer's channels the squared norm of its filters in units of the average.</summary>
    private static Dictionary<int, double> Squares(OnnxModel model, WorkingModel working, ChannelFlow flow, FollowedLayer layer)
    {
        var squares = new ChannelSlices(model, layer).OutputSquares();
        if (LinearLayer.Of(working, layer.Weight!).Layer is { } linear && linear.Gains.Count == squares.Length)
            for (var c = 0; c < squares.Length; c++) squares[c] *= linear.Gains[c] * linear.Gains[c];
        var mean = squares.Average();
        var byChannel = new Dictionary<int, double>();
        for (var c = 0; c < squares.Length; c++)
        {
            var channel = flow.Labels.Find(layer.Outputs![c]);
            byChannel[channel] = byChannel.GetValueOrDefault(channel) + (mean > 0 ? squares[c] / mean : 0);
        }
        return byChannel;
    }
}
