using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Tensors;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>From a layer's weights and its inputs to its pruned weights, both filters × inputs.</summary>
internal delegate void LayerMethod(float[] weights, LayerSamples samples, double zeros);

/// <summary>
/// One-shot pruning as Wanda and SparseGPT do it: layer after layer, every one to the same fraction, judged by the inputs that it gets
/// behind the layers pruned before it. Weights that no such layer has (in subgraphs, of LSTMs) lose their smallest magnitudes.
/// </summary>
internal static class LayerwisePruning
{
    public static OnnxModel Prune(OnnxModel model, IReadOnlyList<Named> calibration, double zeros, LayerMethod method)
    {
        var working = new WorkingModel(model);
        var layers = model.Weights.Select(weight => LinearLayer.Of(working, weight).Layer).OfType<LinearLayer>()
            .OrderBy(layer => working.Producer(layer.Output)).ToList();
        var edits = new ModelEdits();
        foreach (var weight in model.Weights.Except(layers.Select(layer => layer.Weight))) PruneByMagnitude(model, weight, zeros, edits);
        if (layers.Count == 0) return model.With(edits);
        using var stream = new ActivationStream(working, Batches.Of(model, calibration));
        using var products = new Products();
        foreach (var layer in layers)
        {
            stream.Advance([layer.Input], default);
            var (inputs, taps) = (Inputs(stream, layer), new Taps(layer));
            float[] weights = [.. layer.ReadWeights().Select(value => (float)value)];
            var length = weights.Length / layer.Groups;
            for (var group = 0; group < layer.Groups; group++)
            {
                var own = weights[(group * length)..((group + 1) * length)];
                method(own, new(layer, group, inputs, taps, products), zeros);
                own.CopyTo(weights, group * length);
            }
            double[] stored = layer.ToStored([.. weights.Select(value => (double)value)]);
            WorkingModel.SetValues(layer.Tensor, stored);
            edits.Set(layer.Weight.Location, WorkingModel.Encode(layer.Weight.ElementType, stored));
        }
        return model.With(edits);
    }

    /// <summary>The layer's input in every batch; read once where several groups of filters read it.</summary>
    private static IEnumerable<FloatTensor> Inputs(ActivationStream stream, LinearLayer layer)
    {
        var inputs = Enumerable.Range(0, stream.Batches).Select(batch => FloatTensor.Of(stream[batch, layer.Input]));
        return layer.Groups > 1 ? inputs.ToList() : inputs;
    }

    private static void PruneByMagnitude(OnnxModel model, PrunableWeight weight, double zeros, ModelEdits edits)
    {
        var values = model.Elements.Values<double>(weight.Location);
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort(Array.ConvertAll(values, Math.Abs), order);
        foreach (var i in order.AsSpan(0, (int)Math.Round(zeros * values.Length))) values[i] = 0;
        edits.Set(weight.Location, WorkingModel.Encode(weight.ElementType, values));
    }
}
