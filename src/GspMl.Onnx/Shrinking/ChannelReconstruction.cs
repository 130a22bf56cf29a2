using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Products;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Shrinking;

/// <summary>
/// Fits a model to the loss of channels before they are cut: with zeros in what reads them it computes the same as the smaller model, in
/// the old shapes. Layers are fitted one after the other to the dense model's outputs, or the statistics of normalisations are estimated
/// anew.
/// </summary>
internal sealed class ChannelReconstruction(
    OnnxModel model, ChannelFlow flow, ShrinkOptions options, CalibrationInputs inputs, IProgress<PruningProgress>? progress,
    CancellationToken cancel)
{
    /// <summary>The model's new values.</summary>
    /// <param name="removed">Labels of the channels that go.</param>
    public ModelEdits Run(IReadOnlySet<int> removed)
    {
        var masked = new WorkingModel(model);
        var layers = Layers(masked, removed);
        if (options.Values.AreReconstructed)
        {
            using var products = new MatrixProduct(options.MaxThreads, cancel);
            var fitting = new LayerFitting(options.Fitting, inputs.Rows, products, cancel);
            new SequentialReconstruction(new WorkingModel(model), masked, inputs, fitting).Run([.. layers], progress, cancel);
        }
        else NormalizationStatistics.Estimate(masked, inputs, cancel);
        return ModelChanges.Between(model, masked);
    }

    /// <summary>Puts zeros where removed channels are read, and plans a refit of each layer on what is left.</summary>
    private List<LayerPlan> Layers(WorkingModel masked, IReadOnlySet<int> removed)
    {
        var plans = new List<LayerPlan>();
        foreach (var layer in flow.Layers.Where(layer => layer.Weight is not null))
        {
            Mask(masked[layer.Weight!.Location], layer, removed);
            if (LinearLayer.Of(masked, layer.Weight).Layer is { } linear) plans.Add(Plan(linear, layer, removed));
        }
        return plans;
    }

    private bool IsGone(int label, IReadOnlySet<int> removed) => flow.Labels.IsGone(label, removed);

    private void Mask(TensorProto tensor, FollowedLayer layer, IReadOnlySet<int> removed)
    {
        if (layer.Inputs is not { } labels || !labels.Any(label => IsGone(label, removed)) || layer.Weight!.Use.Dequantization is not null)
            return;
        var values = WorkingModel.Values(tensor);
        var (outputs, inputs) =
            (layer.Weight.View.Offsets(AxisRole.Group, AxisRole.Output), layer.Weight.View.Offsets(AxisRole.Input, AxisRole.Kernel));
        for (var i = 0; i < inputs.Length; i++)
            if (IsGone(labels[(int)((long)i * labels.Length / inputs.Length)], removed))
                foreach (var output in outputs) values[output + inputs[i]] = 0;
        WorkingModel.SetValues(tensor, values);
    }

    /// <summary>Every filter that stays reads what it read of the channels that are left; those that go are not fitted.</summary>
    private LayerPlan Plan(LinearLayer linear, FollowedLayer layer, IReadOnlySet<int> removed)
    {
        var (labels, weights) = (layer.Inputs, linear.ReadWeights());
        int[] left = [.. Enumerable.Range(0, linear.Inputs)
            .Where(j => labels is null || !IsGone(labels[(int)((long)j * labels.Length / linear.Inputs)], removed))];
        var supports = KeptInputs.Of(left, linear.Filters, r => weights.AsMemory(r * linear.Inputs, linear.Inputs),
            r => layer.Outputs is { } outputs && outputs.Length == linear.Filters && IsGone(outputs[r], removed));
        return new(linear, supports.Sum(support => (long)support.Length), supports);
    }
}
