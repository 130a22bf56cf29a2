using System.Numerics.Tensors;
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
internal sealed class CalibratedChannelScores(OnnxModel model, ChannelFlow flow, ReaderFits fits, WeightScore score, int maxThreads,
    CancellationToken cancel)
{
    // Readers that are no linear layers count as the average one, shared out by squared norms.
    private readonly Lazy<double> average = new(() => fits.All.Select(fit => fit.Energy()).DefaultIfEmpty(1).Average());

    /// <summary>A score for each channel of a set.</summary>
    /// <param name="set">The set; the layers that judge it are at hand.</param>
    public double[] Of(FoundSet set)
    {
        cancel.ThrowIfCancellationRequested();
        if (set.Readers.Count == 0 && set.Layers.Any(layer => fits.Of(layer) is not null)) return Unread(set);
        var others = set.Readers.Where(reader => fits.Of(reader) is null).Select(reader => Shares(reader, average.Value)).ToList();
        var known = set.Readers.Select(reader => (Layer: reader, Fit: fits.Of(reader))).Where(reader => reader.Fit is not null).ToList();
        double Unfitted(int channel) => others.Sum(shares => shares.GetValueOrDefault(channel));
        return score.SearchesSupport
            ? InTurn(set, [.. known.Select(reader => new ReaderLoss(reader.Fit!, fits.Blocks(reader.Layer, reader.Fit!)))], Unfitted)
            : AtOnce(set, [.. known.Select(reader => Energies(reader.Layer, reader.Fit!))], Unfitted);
    }

    /// <summary>
    /// Channels that no layer reads, since two activations are multiplied over them, as queries and keys are: the geometric mean of what
    /// they are of the outputs of the layers that put them out, each weighed by what it does to the model's outputs. What is multiplied in
    /// one of these layers and divided by in the other changes nothing.
    /// </summary>
    private double[] Unread(FoundSet set)
    {
        var energies = set.Layers.Where(layer => fits.Of(layer)?.Filters == layer.Outputs!.Length)
            .SelectMany(layer => layer.Outputs!.Select((label, r) => (Label: flow.Labels.Find(label), Energy: Energy(fits.Of(layer)!, r))))
            .GroupBy(output => output.Label, output => output.Energy);
        var losses = new Dictionary<int, double>();
        foreach (var output in energies)
            foreach (var channel in flow.Labels.Channels(output.Key))
                losses[channel] = losses.GetValueOrDefault(channel) + Math.Exp(output.Average(energy => Math.Log(energy + double.Epsilon)));
        return [.. set.Channels.Select(channel => Math.Sqrt(losses.GetValueOrDefault(channel)))];
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
            cancel.ThrowIfCancellationRequested();
            var losses = new double[left.Count];
            Threads.For(losses.Length, maxThreads, i
                => losses[i] = unfitted(set.Channels[left[i]]) + readers.Sum(reader => reader.Of(set.Channels[left[i]])));
            var least = TensorPrimitives.IndexOfMin<double>(losses);
            var channel = left[least];
            // Once others have gone a channel is never cheaper than those before it, and scores tell the order in which they went.
            scores[channel] = highest = Math.Max(Math.BitIncrement(highest), Math.Sqrt(Math.Max(0, losses[least])));
            foreach (var reader in readers) reader.Remove(set.Channels[channel]);
            left.RemoveAt(least);
        }
        return scores;
    }

    private static double[] AtOnce(FoundSet set, IReadOnlyList<Dictionary<int, double>> readers, Func<int, double> unfitted)
        => [.. set.Channels.Select(channel => Math.Sqrt(unfitted(channel) + readers.Sum(losses => losses.GetValueOrDefault(channel))))];

    /// <summary>For each channel Σ_r g_r²·w_rJᵀ·H_JJ·w_rJ.</summary>
    private Dictionary<int, double> Energies(FollowedLayer layer, LayerFit fit)
    {
        var (solver, n) = (fit.Groups[0], fit.Inputs);
        return fits.Blocks(layer, fit).ToDictionary(block => block.Key, block => Enumerable.Range(0, fit.FiltersPerGroup).Sum(r =>
        {
            var (sum, filter) = (0.0, solver.Original(r).ToArray());
            foreach (var i in block.Value)
                foreach (var j in block.Value) sum += filter[i] * solver.Problem.Gram[(i * n) + j] * filter[j];
            return fit.Gain(r) * fit.Gain(r) * sum;
        }));
    }

    private Dictionary<int, double> Shares(FollowedLayer layer, double importance)
    {
        var squares = new ChannelSlices(model, layer, new UnitCosts()).InputSquares;
        var all = squares.Sum();
        return squares.Zip(layer.Inputs!).SelectMany(pair => flow.Labels.Channels(pair.Second)
                .Select(channel => (Channel: channel, Share: all > 0 ? importance * pair.First / all : 0)))
            .GroupBy(part => part.Channel).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Share));
    }
}
