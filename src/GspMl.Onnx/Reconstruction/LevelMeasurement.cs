using GspMl.Onnx.Allocation;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Measures, layer by layer in the otherwise dense model, what sparsity costs: the layer is pruned to falling levels,
/// fitted to the calibration rows, and the model's outputs are compared with the dense ones on rows held back.
/// One session runs the rest of the model for all levels of a layer: its weight and bias are inputs of that session.
/// </summary>
internal sealed class LevelMeasurement(WorkingModel dense, CalibrationInputs inputs, LayerFitting fitting, int mostRows,
    CancellationToken cancel)
{
    /// <summary>The levels of each layer, the dense one first.</summary>
    public IReadOnlyList<IReadOnlyList<SparsityLevel>> Measure(IReadOnlyList<PrunableWeight> weights, IReadOnlyList<double> fractions,
        IProgress<PruningProgress>? progress)
    {
        using var fit = new ActivationStream(dense, inputs.Fit());
        using var heldBack = new ActivationStream(dense, inputs.HeldBack(mostRows));
        var change = new OutputChange(DenseOutputs());
        var levels = new List<IReadOnlyList<SparsityLevel>>();
        foreach (var weight in weights)
        {
            progress?.Report(new(PruningStep.Measuring, weight, levels.Count, weights.Count));
            var layer = LinearLayer.Of(dense, weight).Layer!;
            levels.Add(Measure(layer, fit, heldBack, change, fractions));
            LargeMemory.Release(layer.Inputs);
        }
        return levels;
    }

    private List<SparsityLevel> Measure(LinearLayer layer, ActivationStream rows, ActivationStream heldBack, OutputChange change,
        IReadOnlyList<double> fractions)
    {
        rows.Advance([layer.Input, layer.Output], cancel);
        heldBack.Advance([layer.Input], cancel);
        var fit = fitting.Start(layer, rows);
        using var rest = heldBack.Rest(Parameters(layer).ToDictionary(parameter => parameter.Key, parameter => parameter.Value.DataType));
        var levels = new List<SparsityLevel> { new(fit.Count, 0) };
        foreach (var fraction in LevelsFor(fit, fractions))
        {
            var keep = fit.AtMost((long)(fraction * fit.Count));
            if ((keep < 1 && fraction > 0) || keep >= levels[^1].Keep) continue;
            cancel.ThrowIfCancellationRequested();
            fitting.Try(layer, fit, keep);
            levels.Add(new(keep, Cost(layer, fit, rest, heldBack, change)) { Fraction = fraction });
        }
        return levels;
    }

    /// <summary>
    /// Of a large layer every second level is tried, and the last: what lies between is read off the curve, and a trial takes seconds.
    /// </summary>
    private static IEnumerable<double> LevelsFor(LayerFit fit, IReadOnlyList<double> fractions)
        => !fit.IsLarge ? fractions
            : fractions.Where((_, level) => level % 2 == 1 || level == fractions.Count - 1);

    private double Cost(LinearLayer layer, LayerFit fit, ModelPart rest, ActivationStream heldBack, OutputChange change)
    {
        var changed = fitting.Values(layer, fit);
        var feeds = Parameters(layer).ToDictionary(parameter => parameter.Key, parameter =>
            Tensor(parameter.Value, changed.FirstOrDefault(pair => ReferenceEquals(pair.Tensor, parameter.Value)).Values));
        var sum = 0.0;
        OrderedBatches.Run(heldBack.Batches, heldBack.AtOnce, Change, (_, found) =>
        {
            LargeMemory.Relieve();
            sum += found;
        }, cancel);
        foreach (var feed in feeds.Values) feed.Dispose();
        return sum;

        double Change(int batch)
        {
            using var tensors = heldBack.At(batch);
            var results = tensors.Run(rest, feeds);
            var found = change.Of(batch, [.. results.Select(result => Read(result, heldBack.Masks[batch]))]);
            foreach (var result in results) result.Dispose();
            return found;
        }
    }

    /// <summary>The layer's weight and bias by the names under which the graph reads them.</summary>
    private Dictionary<string, Proto.TensorProto> Parameters(LinearLayer layer)
    {
        var parameters = new Dictionary<string, Proto.TensorProto> { [dense.NameOf(layer.Tensor)!] = layer.Tensor };
        if (layer.Bias is { } bias) parameters[bias.Name] = bias.Tensor;
        return parameters;
    }

    private static OrtValue Tensor(Proto.TensorProto tensor, double[]? values)
    {
        var type = (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)tensor.DataType;
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, [.. tensor.Dims]);
        var bytes = values is null ? tensor.RawData.Span : WorkingModel.Encode((TensorElementType)tensor.DataType, values);
        bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private IReadOnlyList<IReadOnlyList<FloatTensor>> DenseOutputs()
    {
        using var stream = new ActivationStream(dense, inputs.HeldBack(mostRows));
        stream.Advance(dense.Outputs, cancel);
        return [.. Enumerable.Range(0, stream.Batches)
            .Select(batch => dense.Outputs.Select(output => Read(stream[batch, output], stream.Masks[batch])).ToList())];
    }

    private static FloatTensor Read(OrtValue value, PositionMask? mask)
    {
        if (!FloatTensor.IsReadable(value)) return new([], []);
        return mask?.Cleared(FloatTensor.Of(value)) ?? FloatTensor.Of(value);
    }
}
