using GspMl.Onnx.Calibration;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Structured.Following;

namespace GspMl.Onnx.Structured.Choosing;

/// <summary>
/// What a channel is worth on calibration data: the squared error that its loss makes in the outputs of the layers that read it, each filter's
/// error weighed by what it does to the model's outputs. The score is the root of the sum over the readers.
/// </summary>
internal sealed class CalibratedChannelScores(OnnxModel model, ChannelFlow flow, ChannelPruningOptions options, CancellationToken cancel)
{
    /// <summary>A score for each channel of each set.</summary>
    /// <exception cref="OnnxModelException">The calibration inputs cannot be run.</exception>
    public IReadOnlyList<double[]> Of(IReadOnlyList<FoundSet> sets)
    {
        var readers = sets.SelectMany(set => set.Readers).Distinct().ToList();
        var (losses, unread) = Measure(readers);
        return [.. sets.Select(set => set.Channels.Select(channel => Math.Sqrt(set.Readers.Sum(reader
            => (losses.GetValueOrDefault(reader) ?? unread(reader)).GetValueOrDefault(channel)))).ToArray())];
    }

    /// <summary>For each reader the loss by channel; readers that are no linear layers are guessed to be of the average importance, shared by squared norms.</summary>
    private (Dictionary<FollowedLayer, Dictionary<int, double>> Losses, Func<FollowedLayer, Dictionary<int, double>> Unread) Measure(IReadOnlyList<FollowedLayer> readers)
    {
        var working = new WorkingModel(model);
        var inputs = CalibrationInputs.Create(model, options.Calibration!, options.Reconstruction.BatchSize);
        var linear = flow.Layers.Where(readers.Contains).Select(layer => (layer, LinearLayer.Of(working, layer.Weight!).Layer)).Where(pair => pair.Layer is not null).ToList();
        var sensitivities = new OutputSensitivity(working, inputs, options.Reconstruction.RowsPerFilter, cancel).Measure([.. linear.Select(pair => pair.Layer!)]);
        var fitting = new LayerFitting(ChannelReconstruction.Fitting(options), inputs.Rows) { Sensitivities = sensitivities };
        using var stream = new ActivationStream(working, inputs.All());
        var losses = new Dictionary<FollowedLayer, Dictionary<int, double>>();
        var importances = new List<double>();
        foreach (var (layer, found) in linear)
        {
            stream.Advance([found!.Input, found.Output], cancel);
            var fit = fitting.Start(found, stream);
            losses[layer] = Losses(layer, fit);
            importances.Add(fit.Energy());
        }
        var average = importances.Count > 0 ? importances.Average() : 1;
        return (losses, layer => Shares(layer, average));
    }

    private Dictionary<int, double> Losses(FollowedLayer layer, LayerFit fit)
    {
        var labels = layer.Inputs!;
        var inputs = Enumerable.Range(0, fit.Inputs).GroupBy(j => flow.Labels.Find(labels[(int)((long)j * labels.Length / fit.Inputs)])).ToList();
        var losses = new ChannelLoss(fit, withRefit: options.Score == WeightScore.Saliency).Of([.. inputs.Select(block => block.ToArray())]);
        return inputs.Zip(losses).ToDictionary(pair => pair.First.Key, pair => pair.Second);
    }

    private Dictionary<int, double> Shares(FollowedLayer layer, double importance)
    {
        var squares = new ChannelSlices(model, layer).InputSquares();
        var all = squares.Sum();
        return squares.Select((square, i) => (Channel: flow.Labels.Find(layer.Inputs![i]), Share: all > 0 ? importance * square / all : 0))
            .GroupBy(part => part.Channel).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Share));
    }
}
