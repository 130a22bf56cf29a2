using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Fits the layers once through the net in order: a layer's inputs come through the layers pruned before it, its targets
/// are the dense model's own outputs of that layer, and what the skip connection they are added to has lost. So each layer makes up for the
/// errors before it, too.
/// </summary>
/// <param name="dense">The model as it was.</param>
/// <param name="pruned">The model that is changed.</param>
/// <param name="inputs">The calibration inputs.</param>
/// <param name="fitting">How a layer is fitted.</param>
internal sealed class SequentialReconstruction(WorkingModel dense, WorkingModel pruned, CalibrationInputs inputs, LayerFitting fitting)
{
    /// <summary>Fits all layers in place.</summary>
    /// <param name="plans">The layers in the order of the model's nodes.</param>
    /// <param name="progress">Told each layer before it is fitted.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <returns>Each layer's remaining error, as a fraction of the variance of its outputs.</returns>
    public IReadOnlyDictionary<PrunableWeight,
        double> Run(IReadOnlyList<LayerPlan> plans, IProgress<PruningProgress>? progress, CancellationToken cancel)
    {
        using var targets = new ActivationStream(dense, inputs.Varied());
        using var prefix = new ActivationStream(pruned, inputs.Varied());
        var errors = new Dictionary<PrunableWeight, double>();
        var open = plans.Select(plan => plan.Layer.Node).ToHashSet();
        foreach (var plan in plans)
        {
            progress?.Report(new(PruningStep.Fitting, plan.Layer.Weight, errors.Count, plans.Count));
            open.Remove(plan.Layer.Node);
            errors.Add(plan.Layer.Weight, Fit(plan, targets, prefix, open, cancel));
            LargeMemory.Release(plan.Layer.Inputs);
        }
        return errors;
    }

    /// <summary>Fits a layer in place.</summary>
    /// <returns>Its remaining error.</returns>
    private double Fit(LayerPlan plan, ActivationStream targets, ActivationStream prefix, HashSet<Proto.NodeProto> open,
        CancellationToken cancel)
    {
        var skip = Skip(plan.Layer, prefix, open);
        var activation = Activation(plan.Layer, prefix, open);
        targets.Advance([.. new[] { plan.Layer.Output, skip?.Tensor, activation?.Input }.OfType<string>()], cancel);
        prefix.Advance(skip is null ? [plan.Layer.Input] : [plan.Layer.Input, skip.Tensor], cancel);
        using var function = activation is null ? null
            : new ActivationFunction(pruned, activation, targets[0, activation.Input].GetTensorTypeAndShape().ElementDataType);
        var fit = fitting.Start(plan.Layer, prefix, Wanted, activation is null ? null : (function!.Of, activation.Gain));
        if (plan.Supports is { } supports) fitting.Restrict(fit, supports);
        else fitting.Shrink(fit, plan.Keep);
        foreach (var (tensor, values) in fitting.Values(plan.Layer, fit)) WorkingModel.SetValues(tensor, values);
        return fit.RelativeError();

        WantedOutput Wanted(BatchTensors now)
        {
            using var wanted = targets.At(now.Batch);
            var output = FloatTensor.Of(wanted[plan.Layer.Output]);
            if (skip is not null) output = skip.Restore(output, FloatTensor.Of(wanted[skip.Tensor]), FloatTensor.Of(now[skip.Tensor]));
            return new(output, activation is null ? null : FloatTensor.Of(wanted[activation.Input]));
        }
    }

    /// <summary>The skip connection whose error a layer can make up for: one that no layer still to be fitted has a part in.</summary>
    private ResidualSkip? Skip(LinearLayer layer, ActivationStream prefix, HashSet<Proto.NodeProto> open)
        => ResidualSkip.Of(pruned, layer) is { } skip && !prefix.NodesTo(skip.Tensor)
            .Any(node => open.Contains(pruned.Nodes[node])) ? skip : null;

    /// <summary>The activation behind a layer, unless it also reads what a layer still to be fitted puts out.</summary>
    private LayerActivation? Activation(LinearLayer layer, ActivationStream prefix, HashSet<Proto.NodeProto> open)
        => fitting.SeesActivations && LayerActivation.Of(pruned, layer) is { } activation && !prefix.NodesTo(activation.Input)
            .Any(node => open.Contains(pruned.Nodes[node])) ? activation : null;
}
