using GspMl.Onnx.Tensors;
using GspMl.Threading;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Measures how much each filter and each position of a layer counts for the model's outputs, which says whose errors matter when filters
/// compete for weights, and where. In each calibration row one filter's output is mixed half and half with another row's, and
/// the squared change of the model's outputs is set against the squared change of the filter's. Rows take the filters in turn:
/// one run of the rest of the model on a batch looks at as many filters as the batch has rows. Then stretches of positions are mixed
/// in the same way. Needs no gradients. Several runs go on at once, and are added up in order.
/// </summary>
/// <param name="dense">The model.</param>
/// <param name="inputs">The calibration inputs.</param>
/// <param name="rowsPerFilter">Rows on which each filter is looked at, where that takes no more than four runs of all rows.</param>
/// <param name="progress">Told each layer before it is looked at.</param>
/// <param name="cancel">Looked at between runs.</param>
internal sealed class OutputSensitivity(WorkingModel dense, CalibrationInputs inputs, double rowsPerFilter,
    IProgress<PruningProgress>? progress, CancellationToken cancel)
{
    private const double MostRunsOfAllRows = 4;
    private const double MostRunsOfPositions = 1;

    // More positions are looked at in equal stretches: one run of all rows then still shows each often enough.
    private const int MostStretches = 64;

    /// <summary>
    /// For each layer the squared change of the outputs for a unit squared change of each filter, and of each position. Layers that put out
    /// no tensor of one entry (or position) per row and filter, or the model's own outputs, are left out.
    /// </summary>
    /// <param name="layers">Layers of <c>dense</c>, in the order of its nodes.</param>
    public IReadOnlyDictionary<PrunableWeight, LayerSensitivity> Measure(IReadOnlyList<LinearLayer> layers)
    {
        using var stream = new ActivationStream(dense, inputs.All());
        var found = new Dictionary<PrunableWeight, LayerSensitivity>();
        var budget = RunBudget.Of([.. layers.Select(layer => layer.Weight)]);
        foreach (var layer in layers.Where(layer => !dense.Outputs.Contains(layer.Output)))
        {
            progress?.Report(new(PruningStep.Probing, layer.Weight, found.Count, layers.Count));
            stream.Advance([layer.Output], cancel);
            if (Measure(layer, stream, budget) is { } sensitivity) found.Add(layer.Weight, sensitivity);
        }
        return found;
    }

    /// <summary>About how many rows are run through the rest of the model for a layer.</summary>
    public static double RowsFor(RunBudget budget, LinearLayer layer, CalibrationInputs inputs, double rowsPerFilter)
        => budget.ProbingRows(inputs, Math.Min(rowsPerFilter * layer.Filters, MostRunsOfAllRows * inputs.Rows))
            + budget.ProbingRows(inputs, MostRunsOfPositions * inputs.Rows);

    private LayerSensitivity? Measure(LinearLayer layer, ActivationStream stream, RunBudget budget)
    {
        using var rest = stream.Rest(new Dictionary<string, int>());
        var shape = stream[0, layer.Output].GetTensorTypeAndShape().Shape;
        var positions = (int)(shape.Skip(1).Aggregate(1L, (product, extent) => product * extent) / layer.Filters);
        var rows = budget.ProbingRows(inputs, Math.Min(rowsPerFilter * layer.Filters, MostRunsOfAllRows * inputs.Rows));
        if (Measure(layer, stream, rest, OutputParts.Filters(layer, positions), rows) is not { } tally) return null;
        var filters = tally.Sensitivities(layer.Gains);
        if (positions == 1) return new(filters, []);
        var parts = OutputParts.Stretches(layer, positions, Math.Min(MostStretches, positions), filters);
        var fewer = Math.Min(rowsPerFilter * parts.Count, MostRunsOfPositions * inputs.Rows);
        var stretches = Measure(layer, stream, rest, parts, budget.ProbingRows(inputs, fewer))!
            .Sensitivities([.. Enumerable.Repeat(1.0, parts.Count)]);
        return new(filters, parts.OfPositions(stretches));
    }

    private PartTally? Measure(LinearLayer layer, ActivationStream stream, ModelPart rest, OutputParts parts, double rows)
    {
        var tally = new PartTally(parts.Count);
        var before = new FloatTensor?[stream.Batches];
        var runs = (int)Math.Ceiling(rows * stream.Batches / inputs.Rows);
        // No batch twice at once: what the model puts out for it is then known the second time.
        var atOnce = Math.Min(stream.AtOnce, stream.Batches);
        for (var first = 0; first < runs; first += atOnce)
        {
            var probes = new OutputProbe[Math.Min(atOnce, runs - first)];
            try
            {
                var start = first;
                Threads.For(probes.Length, atOnce, i => probes[i] = Open(start + i), cancel);
                if (!probes.All(probe => probe.IsByRows())) return null;
                foreach (var probe in probes) probe.Mix(parts, tally);
                Threads.For(2 * probes.Length, atOnce, i => probes[i / 2].Run(rest, before, isChanged: i % 2 == 1), cancel);
                foreach (var probe in probes)
                    if (!probe.AddTo(tally, before)) return null;
            }
            finally
            {
                foreach (var probe in probes) probe?.Dispose();
            }
        }
        return tally;

        OutputProbe Open(int run)
        {
            // Fewer runs than batches come from all over the data.
            var batch = runs < stream.Batches ? run * stream.Batches / runs : run % stream.Batches;
            using var other = stream.At((batch + 1) % stream.Batches);
            return new(layer, stream.At(batch), FloatTensor.Of(other[layer.Output]), shift: 1 + (run / stream.Batches));
        }
    }
}
