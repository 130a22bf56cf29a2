using System.Numerics.Tensors;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Threading;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// What a channel is worth on calibration data: the root of the squared error that its loss makes in the outputs of the layers that read
/// it, each filter's error weighed by what it does to the model's outputs. With <see cref="WeightScore.Activation"/> the energy of the
/// channel's own part of these outputs; with <see cref="WeightScore.Saliency"/> channels of a set are taken out one after the other, that
/// of least loss first while the others make up for it, so that the score of the last ones tells what losing nearly all would cost.
/// </summary>
internal sealed class CalibratedChannelScores(OnnxModel model, ChannelFlow flow, WeightScore score, PruningOptions fitting,
    CancellationToken cancel)
{
    /// <summary>A score for each channel of each set.</summary>
    /// <exception cref="OnnxModelException">The calibration inputs cannot be run.</exception>
    public IReadOnlyList<double[]> Of(IReadOnlyList<FoundSet> sets)
    {
        var working = new WorkingModel(model);
        var inputs = CalibrationInputs.Create(model, fitting.Calibration!, fitting.Reconstruction.BatchSize);
        // What the fits are asked below may still have to be multiplied.
        using var products = new MatrixProduct(fitting.MaxThreads, cancel);
        var judged = sets.SelectMany(set => set.Readers.Count > 0 ? set.Readers : set.Layers).Distinct();
        var fits = Fits([.. judged], working, inputs, products);
        // Readers that are no linear layers count as the average one, shared out by squared norms.
        var average = fits.Count > 0 ? fits.Values.Average(fit => fit.Energy()) : 1;
        return [.. sets.Select(set =>
        {
            cancel.ThrowIfCancellationRequested();
            if (set.Readers.Count == 0 && set.Layers.Any(fits.ContainsKey)) return Unread(set, fits);
            var others = set.Readers.Where(reader => !fits.ContainsKey(reader)).Select(reader => Shares(reader, average)).ToList();
            var known = set.Readers.Where(fits.ContainsKey).ToList();
            double Unfitted(int channel) => others.Sum(shares => shares.GetValueOrDefault(channel));
            return score.SearchesSupport
                ? InTurn(set, [.. known.Select(reader => new ReaderLoss(fits[reader], Blocks(reader, fits[reader])))], Unfitted)
                : AtOnce(set, [.. known.Select(reader => Energies(reader, fits[reader]))], Unfitted);
        })];
    }

    private Dictionary<FollowedLayer, LayerFit> Fits(IReadOnlyList<FollowedLayer> readers, WorkingModel working, CalibrationInputs inputs,
        MatrixProduct products)
    {
        var linear = flow.Layers.Where(readers.Contains).Select(layer => (layer, LinearLayer.Of(working, layer.Weight!).Layer))
            .Where(pair => pair.Layer is not null).ToList();
        var sensitivities = new OutputSensitivity(working, inputs, fitting.Reconstruction.RowsPerFilter, null, cancel)
            .Measure([.. linear.Select(pair => pair.Layer!)]);
        var layers = new LayerFitting(fitting, inputs.Rows, products, cancel) { Sensitivities = sensitivities };
        using var stream = new ActivationStream(working, inputs.All());
        var fits = new Dictionary<FollowedLayer, LayerFit>();
        foreach (var (layer, found) in linear)
        {
            stream.Advance([found!.Input, found.Output], cancel);
            // Losses are counted for layers of one group.
            if (layers.Start(found, stream) is { Groups.Count: 1 } fit) fits[layer] = fit;
        }
        return fits;
    }

    /// <summary>
    /// Channels that no layer reads, since two activations are multiplied over them, as queries and keys are: what their loss takes from
    /// the outputs of the layers that put them out, each weighed by what it does to the model's outputs.
    /// </summary>
    private double[] Unread(FoundSet set, Dictionary<FollowedLayer, LayerFit> fits)
    {
        var losses = new Dictionary<int, double>();
        foreach (var layer in set.Layers.Where(layer => fits.TryGetValue(layer, out var fit) && fit.Filters == layer.Outputs!.Length))
            for (var r = 0; r < layer.Outputs!.Length; r++)
                foreach (var channel in flow.Labels.Channels(layer.Outputs[r]))
                    losses[channel] = losses.GetValueOrDefault(channel) + Energy(fits[layer], r);
        return [.. set.Channels.Select(channel => Math.Sqrt(losses.GetValueOrDefault(channel) / set.Layers.Count))];
    }

    private static double Energy(LayerFit fit, int filter)
    {
        var (values, sum) = (fit.Groups[0].Original(filter).ToArray(), 0.0);
        for (var i = 0; i < values.Length; i++)
            sum += values[i] * TensorPrimitives.Dot<double>(fit.Groups[0].Problem.Gram.Slice(i * fit.Inputs, fit.Inputs), values);
        return fit.Gain(filter) * fit.Gain(filter) * sum;
    }

    private double[] InTurn(FoundSet set, IReadOnlyList<ReaderLoss> readers, Func<int, double> unfitted)
    {
        var (scores, left, highest) = (new double[set.Channels.Count], Enumerable.Range(0, set.Channels.Count).ToList(), 0.0);
        while (left.Count > 0)
        {
            var losses = new double[left.Count];
            Threads.For(losses.Length, fitting.MaxThreads, i
                => losses[i] = unfitted(set.Channels[left[i]]) + readers.Sum(reader => reader.Of(set.Channels[left[i]])));
            var least = TensorPrimitives.IndexOfMin<double>(losses);
            var channel = left[least];
            // Once others have gone a channel is never cheaper than those before it.
            scores[channel] = highest = Math.Max(highest, Math.Sqrt(Math.Max(0, losses[least])));
            foreach (var reader in readers) reader.Remove(set.Channels[channel]);
            left.RemoveAt(least);
        }
        return scores;
    }

    private static double[] AtOnce(FoundSet set, IReadOnlyList<Dictionary<int, double>> readers, Func<int, double> unfitted)
        => [.. set.Channels.Select(channel => Math.Sqrt(unfitted(channel) + readers.Sum(losses => losses.GetValueOrDefault(channel))))];

    /// <summary>A layer's inputs by channel.</summary>
    private Dictionary<int, int[]> Blocks(FollowedLayer layer, LayerFit fit)
    {
        var labels = layer.Inputs!;
        return Enumerable.Range(0, fit.Inputs).SelectMany(j => flow.Labels.Channels(labels[(int)((long)j * labels.Length / fit.Inputs)])
            .Select(channel => (Channel: channel, Input: j))).GroupBy(pair => pair.Channel, pair => pair.Input)
            .ToDictionary(block => block.Key, block => block.ToArray());
    }

    /// <summary>For each channel Σ_r g_r²·w_rJᵀ·H_JJ·w_rJ.</summary>
    private Dictionary<int, double> Energies(FollowedLayer layer, LayerFit fit)
    {
        var (solver, n) = (fit.Groups[0], fit.Inputs);
        return Blocks(layer, fit).ToDictionary(block => block.Key, block => Enumerable.Range(0, fit.FiltersPerGroup).Sum(r =>
        {
            var (sum, filter) = (0.0, solver.Original(r).ToArray());
            foreach (var i in block.Value)
                foreach (var j in block.Value) sum += filter[i] * solver.Problem.Gram[(i * n) + j] * filter[j];
            return fit.Gain(r) * fit.Gain(r) * sum;
        }));
    }

    private Dictionary<int, double> Shares(FollowedLayer layer, double importance)
    {
        var squares = new ChannelSlices(model, layer, new UnitCosts()).InputSquares();
        var all = squares.Sum();
        return squares.Zip(layer.Inputs!).SelectMany(pair => flow.Labels.Channels(pair.Second)
                .Select(channel => (Channel: channel, Share: all > 0 ? importance * pair.First / all : 0)))
            .GroupBy(part => part.Channel).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Share));
    }
}
