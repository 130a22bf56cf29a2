using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// What a channel is worth by the weights alone: the norm of the filters that put it out times the norm of what reads it, each in units of
/// the root mean square over the layer's channels, and averaged (in squares) over the layers that put it out, and over those that read it.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="flow">Its channels.</param>
/// <param name="costs">What each element's magnitude is divided by: norms are then those of scores.</param>
internal sealed class MagnitudeChannelScores(OnnxModel model, ChannelFlow flow, IWeightCosts costs)
{
    private readonly Dictionary<(FollowedLayer, bool), Dictionary<int, double>> measured = [];
    private readonly Dictionary<FollowedLayer, ChannelSlices> slices = [];

    /// <summary>A score for each channel of each set.</summary>
    /// <exception cref="OnnxModelException">A weight cannot be read, or holds NaN or infinity.</exception>
    public IReadOnlyList<double[]> Of(IReadOnlyList<FoundSet> sets) => [.. sets.Select(Of)];

    private double[] Of(FoundSet set) => [.. set.Channels.Select(channel => Math.Sqrt(
        Average(set.Layers, layer
        => Squares(layer, isRead: false), channel) * Average(set.Readers.Where(layer => layer.Weight is not null), layer
        => Squares(layer, isRead: true), channel)))];

    private static double Average(IEnumerable<FollowedLayer> layers, Func<FollowedLayer, Dictionary<int, double>> squares, int channel)
        => layers.Select(layer => squares(layer).GetValueOrDefault(channel)).DefaultIfEmpty(1).Average();

    /// <summary>For each of the layer's channels its squared norm in units of the average.</summary>
    private Dictionary<int, double> Squares(FollowedLayer layer, bool isRead)
    {
        if (measured.TryGetValue((layer, isRead), out var known)) return known;
        if (!slices.TryGetValue(layer, out var own)) slices[layer] = own = new(model, layer, costs);
        var (squares, labels) = isRead ? (own.InputSquares, layer.Inputs!) : (own.OutputSquares, layer.Outputs!);
        var mean = squares.Average();
        // Outputs that go together in a head count as one: their average.
        var isComposite = labels.Any(flow.Labels.IsComposite);
        return measured[(layer, isRead)] =
            squares.Zip(labels).SelectMany(pair => flow.Labels.Channels(pair.Second)
                .Select(channel => (Channel: channel, Square: mean > 0 ? pair.First / mean : 0)))
            .GroupBy(part => part.Channel)
            .ToDictionary(parts => parts.Key, parts => isComposite ? parts.Average(part => part.Square) : parts.Sum(part => part.Square));
    }
}
