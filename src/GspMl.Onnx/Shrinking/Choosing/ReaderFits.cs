using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Products;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// Layers of the dense model as least-squares problems over calibration rows: what the loss of some of their inputs costs, and the values
/// that make up for it, are read off them without running the model again.
/// </summary>
internal sealed class ReaderFits : IDisposable
{
    private readonly OnnxModel model;
    private readonly ChannelFlow flow;
    private readonly MatrixProduct products;
    private readonly LayerFitting fitting;
    private readonly Dictionary<FollowedLayer, (LinearLayer Layer, LayerFit Fit)> fits = [];
    private readonly Dictionary<TensorProto, TensorLocation> locations;

    /// <param name="model">The model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="readers">The layers; those that are not refitted are left out.</param>
    /// <param name="options">How layers are fitted.</param>
    /// <param name="inputs">Calibration inputs; those that are held back are not looked at.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="OnnxModelException">The calibration inputs cannot be run.</exception>
    public ReaderFits(OnnxModel model, ChannelFlow flow, IReadOnlySet<FollowedLayer> readers, PruningOptions options,
        CalibrationInputs inputs, CancellationToken cancel)
    {
        (this.model, this.flow, products) = (model, flow, new(options.MaxThreads, cancel));
        var working = new WorkingModel(model);
        locations = new(model.Tensors.Select(tensor => KeyValuePair.Create(working[tensor], tensor)), ReferenceEqualityComparer.Instance);
        var linear = flow.Layers.Where(readers.Contains).Select(layer => (layer, LinearLayer.Of(working, layer.Weight!).Layer))
            .Where(pair => pair.Layer is not null).ToList();
        var sensitivities = new OutputSensitivity(working, inputs, options.Reconstruction.RowsPerFilter, null, cancel)
            .Measure([.. linear.Select(pair => pair.Layer!)]);
        fitting = new(options, inputs.Rows, products, cancel) { Sensitivities = sensitivities };
        using var stream = new ActivationStream(working, inputs.Fit());
        foreach (var (layer, found) in linear)
        {
            stream.Advance([found!.Input, found.Output], cancel);
            fits[layer] = (found, fitting.Start(found, stream));
        }
    }

    /// <summary>A layer's fit; null for one that is not refitted, or in groups.</summary>
    public LayerFit? Of(FollowedLayer layer) => fits.TryGetValue(layer, out var found) && found.Fit.Groups.Count == 1 ? found.Fit : null;

    /// <summary>The fits that there are.</summary>
    public IEnumerable<LayerFit> All => fits.Keys.Select(Of).OfType<LayerFit>();

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
            foreach (var (tensor, values) in fitting.Values(fits[reader].Layer, fit))
                edits.Set(locations[tensor], WorkingModel.Encode((TensorElementType)tensor.DataType, values));
        }
        return edits;
    }

    private static int LabelOf(FollowedLayer layer, LayerFit fit, int input)
        => layer.Inputs![(int)((long)input * layer.Inputs.Length / fit.Inputs)];

    public void Dispose() => products.Dispose();
}
