using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Products;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// Layers of the dense model as least-squares problems over calibration rows: what the loss of some of their inputs costs, and the values
/// that make up for it, are read off them without running the model again. Each is at hand only while it judges sets of channels, since
/// its matrices are large.
/// </summary>
internal sealed class ReaderFits : IDisposable
{
    private readonly ChannelFlow flow;
    private readonly CancellationToken cancel;
    private readonly MatrixProduct products;
    private readonly LayerFitting fitting;
    private readonly ActivationStream stream;
    private readonly IReadOnlyList<FoundSet> sets;
    private readonly Dictionary<FollowedLayer, LinearLayer> linear;
    private readonly Queue<FollowedLayer> ahead;
    private readonly Dictionary<FollowedLayer, LayerFit> fits = [];
    private readonly Dictionary<TensorProto, TensorLocation> locations;

    /// <param name="model">The model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="sets">The sets that are judged.</param>
    /// <param name="options">How layers are fitted.</param>
    /// <param name="inputs">Calibration inputs; those that are held back are not looked at.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="OnnxModelException">The calibration inputs cannot be run.</exception>
    public ReaderFits(OnnxModel model, ChannelFlow flow, IReadOnlyList<FoundSet> sets, PruningOptions options, CalibrationInputs inputs,
        CancellationToken cancel)
    {
        (this.flow, this.sets, this.cancel, products) = (flow, sets, cancel, new(options.MaxThreads, cancel));
        var working = new WorkingModel(model);
        locations = new(model.Tensors.Select(tensor => KeyValuePair.Create(working[tensor], tensor)), ReferenceEqualityComparer.Instance);
        var judges = sets.SelectMany(Judges).ToHashSet();
        var found = flow.Layers.Where(judges.Contains).Select(layer => (Layer: layer, Linear: LinearLayer.Of(working, layer.Weight!).Layer))
            .Where(pair => pair.Linear is not null).ToList();
        (linear, ahead) = (found.ToDictionary(pair => pair.Layer, pair => pair.Linear!), new(found.Select(pair => pair.Layer)));
        var sensitivities = new OutputSensitivity(working, inputs, options.Reconstruction.RowsPerFilter, null, cancel)
            .Measure([.. found.Select(pair => pair.Linear!)]);
        fitting = new(options, inputs.Rows, products, cancel) { Sensitivities = sensitivities };
        stream = new ActivationStream(working, inputs.Fit());
    }

    /// <summary>The sets with their places in the list, each while the layers that judge it are at hand. To be gone through once.</summary>
    public IEnumerable<(int Index, FoundSet Set)> Sets()
    {
        // Layers that are not fitted are compared with the average of all others.
        var areAllHeld = sets.Any(set => set.Readers.Any(reader => !IsFitted(reader)));
        if (areAllHeld) Bring(linear.Keys);
        // A set that is judged early lets go of its layers early.
        var places = flow.Layers.Index().ToDictionary(layer => layer.Item, layer => layer.Index);
        var order = Enumerable.Range(0, sets.Count).OrderBy(i => Judges(sets[i]).Max(layer => places[layer])).ToList();
        for (var step = 0; step < order.Count; step++)
        {
            var set = sets[order[step]];
            Bring(Judges(set));
            yield return (order[step], set);
            if (!areAllHeld) Drop(order.Skip(step + 1).SelectMany(i => Judges(sets[i])).ToHashSet());
        }
    }

    /// <summary>A layer's fit; null for one that is not refitted, or in groups.</summary>
    public LayerFit? Of(FollowedLayer layer) => IsFitted(layer) ? fits[layer] : null;

    /// <summary>The fits at hand.</summary>
    public IEnumerable<LayerFit> All => fits.Keys.Select(Of).OfType<LayerFit>();

    /// <summary>The layers that tell what a set's channels are worth.</summary>
    private static IReadOnlyList<FollowedLayer> Judges(FoundSet set) => set.Readers.Count > 0 ? set.Readers : set.Layers;

    private bool IsFitted(FollowedLayer layer) => linear.TryGetValue(layer, out var found) && found.Groups == 1;

    /// <summary>Starts the fits of layers, and of those that come before them.</summary>
    private void Bring(IEnumerable<FollowedLayer> layers)
    {
        var missing = layers.Where(layer => linear.ContainsKey(layer) && !fits.ContainsKey(layer)).ToHashSet();
        while (missing.Count > 0)
        {
            var layer = ahead.Dequeue();
            var found = linear[layer];
            stream.Advance([found.Input, found.Output], cancel);
            fits[layer] = fitting.Start(found, stream);
            missing.Remove(layer);
        }
    }

    private void Drop(HashSet<FollowedLayer> needed)
    {
        var largest = 0;
        foreach (var layer in fits.Keys.Where(layer => !needed.Contains(layer)).ToList())
        {
            largest = Math.Max(largest, fits[layer].Inputs);
            fits.Remove(layer);
        }
        LargeMemory.Release(largest);
    }

    /// <summary>The layer's inputs by channel: kernel positions, or features.</summary>
    public Dictionary<int, int[]> Blocks(FollowedLayer layer, LayerFit fit)
        => Enumerable.Range(0, fit.Inputs).SelectMany(j => flow.Labels.Channels(LabelOf(layer, fit, j))
            .Select(channel => (Channel: channel, Input: j))).GroupBy(pair => pair.Channel, pair => pair.Input)
            .ToDictionary(block => block.Key, block => block.ToArray());

    /// <summary>The new values of layers that make up for channels they no longer read.</summary>
    public ModelEdits Without(IEnumerable<FollowedLayer> readers, IReadOnlySet<int> removed)
    {
        var edits = new ModelEdits();
        foreach (var reader in readers)
        {
            if (Of(reader) is not { } fit) continue;
            int[] left = [.. Enumerable.Range(0, fit.Inputs).Where(j => !flow.Labels.IsGone(LabelOf(reader, fit, j), removed))];
            fitting.Restrict(fit, KeptInputs.Of(left, fit.Filters, r => fit.Groups[0].Original(r).ToArray(), _ => false));
            foreach (var (tensor, values) in fitting.Values(linear[reader], fit))
                edits.Set(locations[tensor], WorkingModel.Encode((TensorElementType)tensor.DataType, values));
        }
        return edits;
    }

    private static int LabelOf(FollowedLayer layer, LayerFit fit, int input)
        => layer.Inputs![(int)((long)input * layer.Inputs.Length / fit.Inputs)];

    public void Dispose()
    {
        stream.Dispose();
        products.Dispose();
    }
}
