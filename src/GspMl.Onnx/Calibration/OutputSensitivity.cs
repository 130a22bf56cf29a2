using GspMl.Onnx.Evaluation;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Measures how much each filter of a layer counts for the model's outputs, which says whose errors matter when filters
/// compete for weights. In each calibration row one filter's output is mixed half and half with another row's, and
/// the squared change of the model's outputs is set against the squared change of the filter's. Rows take the filters in turn:
/// one run of the rest of the model on a batch looks at as many filters as the batch has rows. Needs no gradients.
/// </summary>
/// <param name="dense">The model.</param>
/// <param name="inputs">The calibration inputs.</param>
/// <param name="rowsPerFilter">Rows on which each filter is looked at, where that takes no more than four runs of all rows.</param>
/// <param name="cancel">Looked at between runs.</param>
internal sealed class OutputSensitivity(WorkingModel dense, CalibrationInputs inputs, double rowsPerFilter, CancellationToken cancel)
{
    private const int MostRunsOfAllRows = 4;

    /// <summary>
    /// For each layer and filter the squared change of the outputs for a unit squared change of the filter's. Layers that put out
    /// no tensor of one entry (or position) per row and filter, or the model's own outputs, are left out.
    /// </summary>
    /// <param name="layers">Layers of <c>dense</c>, in the order of its nodes.</param>
    public IReadOnlyDictionary<PrunableWeight, double[]> Measure(IReadOnlyList<LinearLayer> layers)
    {
        using var stream = new ActivationStream(dense, inputs.All());
        var found = new Dictionary<PrunableWeight, double[]>();
        foreach (var layer in layers.Where(layer => !dense.Outputs.Contains(layer.Output)))
        {
            stream.Advance([layer.Output], cancel);
            if (Measure(layer, stream) is { } sensitivities) found.Add(layer.Weight, sensitivities);
        }
        return found;
    }

    private double[]? Measure(LinearLayer layer, ActivationStream stream)
    {
        using var rest = stream.Rest(new Dictionary<string, int>());
        var tally = new FilterTally(layer.Filters);
        var before = new FloatTensor?[stream.Batches];
        var rows = Math.Min(rowsPerFilter * layer.Filters, MostRunsOfAllRows * inputs.Rows);
        var runs = (int)Math.Ceiling(rows * stream.Batches / inputs.Rows);
        for (var run = 0; run < runs; run++)
        {
            cancel.ThrowIfCancellationRequested();
            // Fewer runs than batches come from all over the data.
            var batch = runs < stream.Batches ? run * stream.Batches / runs : run % stream.Batches;
            var output = FloatTensor.Of(stream[batch, layer.Output]);
            var other = FloatTensor.Of(stream[(batch + 1) % stream.Batches, layer.Output]);
            before[batch] ??= Outputs(layer, output, stream, rest, batch);
            if (!IsByRows(layer, output, other, before[batch]!)) return null;
            var mixed = Mix(layer, output, other, shift: 1 + (run / stream.Batches), tally);
            tally.AddOutputs(before[batch]!, Outputs(layer, mixed, stream, rest, batch));
        }
        return tally.Sensitivities(layer.Gains);
    }

    private static bool IsByRows(LinearLayer layer, FloatTensor output, FloatTensor other, FloatTensor outputs)
        => output.Shape.Length > 1 && output.Shape.Skip(1).SequenceEqual(other.Shape.Skip(1)) && outputs.Shape is [var rows, ..] && rows == output.Shape[0]
        && output.Shape[layer.IsConvolution ? 1 : ^1] == layer.Filters;

    /// <summary>The layer's output with one filter in each row mixed with another row's.</summary>
    private static FloatTensor Mix(LinearLayer layer, FloatTensor output, FloatTensor other, int shift, FilterTally tally)
    {
        var (rows, otherRows) = ((int)output.Shape[0], (int)other.Shape[0]);
        var length = output.Values.Length / rows;
        var positions = length / layer.Filters;
        var values = (float[])output.Values.Clone();
        for (var row = 0; row < rows; row++)
        {
            var filter = tally.Next();
            var (first, step) = layer.IsConvolution ? (filter * positions, 1) : (filter, layer.Filters);
            var (to, from) = ((row * length) + first, ((row + shift) % otherRows * length) + first);
            var squares = 0.0;
            for (var at = 0; at < positions * step; at += step)
            {
                var change = (other.Values[from + at] - values[to + at]) / 2;
                values[to + at] += change;
                squares += change * change;
            }
            tally.AddFilter(filter, squares / positions);
        }
        return new(values, output.Shape);
    }

    private static FloatTensor Outputs(LinearLayer layer, FloatTensor output, ActivationStream stream, ModelPart rest, int batch)
    {
        var type = stream[batch, layer.Output].GetTensorTypeAndShape().ElementDataType;
        using var value = TensorConversion.ToOrtValue(output.Values, 0, output.Values.Length, [.. output.Shape.Select(extent => (int)extent)], type);
        var results = stream.Run(rest, batch, new Dictionary<string, OrtValue> { [layer.Output] = value });
        var first = FloatTensor.IsReadable(results[0]) ? FloatTensor.Of(results[0]) : new([], []);
        foreach (var result in results) result.Dispose();
        return first;
    }
}
