namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>
/// Runs two models side by side, batch by batch, and compares them layer by layer. What all layers of both models read and put out for one
/// batch is in memory at once, no more; batches are as small as that takes.
/// </summary>
internal static class LayerComparison
{
    // For each of the two models: far below what the weights of a large model take, and far above one row of most.
    private const long MostBytes = 64L << 20;

    /// <summary>One entry for each prunable weight of the dense model and node that reads it, in the order of the nodes.</summary>
    public static IReadOnlyList<LayerDrift> Of(OnnxModel baseline, OnnxModel candidate, EvaluationData data, EvaluationOptions options,
        CancellationToken cancel)
    {
        using var dense = LayerModel.Open(baseline, data, options.MaxThreads);
        using var pruned = LayerModel.Open(candidate, data, options.MaxThreads);
        var matches = dense.Layers.Select(layer => (Layer: layer, Match: LayerMatch.Of(layer, pruned.Layers))).ToList();
        var pairs = matches.Where(match => match.Match.Pair is not null).Select(match => match.Match.Pair!).ToList();
        try
        {
            if (pairs.Count > 0) Run(dense, pruned, pairs, options, cancel);
            return [.. matches.Select(match => match.Match.Pair?.Result() ?? Unmeasured(match.Layer, match.Match.Reason!))];
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
        }
    }

    private static void Run(LayerModel dense, LayerModel pruned, List<LayerPair> pairs, EvaluationOptions options,
        CancellationToken cancel)
    {
        dense.Kept = [.. pairs.SelectMany(pair => pair.Dense.Inputs.Append(pair.Dense.Output)).Distinct()];
        pruned.Kept = [.. pairs.SelectMany(pair => pair.Pruned.Inputs.Append(pair.Pruned.Output)).Distinct()];
        var size = dense.FixedBatch ?? pruned.FixedBatch ?? RowsThatFit(dense, options.BatchSize);
        var batches = dense.Batches(size).ToList();
        for (var batch = 0; batch < batches.Count; batch++)
        {
            var (first, count) = batches[batch];
            cancel.ThrowIfCancellationRequested();
            options.Progress?.Report(new(EvaluationStep.Comparing, batch, batches.Count));
            using var x = dense.Run(first, count);
            using var y = pruned.Run(first, count);
            foreach (var pair in pairs)
            {
                cancel.ThrowIfCancellationRequested();
                pair.Add((dense, pruned), x, y);
            }
        }
    }

    private static int RowsThatFit(LayerModel model, int wanted)
    {
        using var row = model.Run(0, 1);
        return (int)Math.Clamp(MostBytes / Math.Max(1, row.Bytes), 1, wanted);
    }

    private static LayerDrift Unmeasured(LayerSpot layer, string reason) => new()
    {
        Node = layer.Name,
        Operator = layer.Weight.Operator,
        Weight = layer.Weight.Name,
        Note = reason,
    };
}
