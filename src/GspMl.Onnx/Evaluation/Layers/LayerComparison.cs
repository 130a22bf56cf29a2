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
    /// <param name="baseline">The dense model.</param>
    /// <param name="candidate">The pruned model.</param>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">Rows of a batch, at most.</param>
    /// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
    /// <param name="before">Called before each batch, with its number and that of all of them.</param>
    /// <param name="cancel">Looked at between batches and layers.</param>
    public static IReadOnlyList<LayerDrift> Of(OnnxModel baseline, OnnxModel candidate, EvaluationData data, int batchSize, int maxThreads,
        Action<int, int> before, CancellationToken cancel)
    {
        using var dense = LayerModel.Open(baseline, data, maxThreads);
        using var pruned = LayerModel.Open(candidate, data, maxThreads);
        var matches = dense.Layers.Select(layer => (Layer: layer, Match: LayerMatch.Of(layer, pruned.Layers))).ToList();
        var pairs = matches.Where(match => match.Match.Pair is not null).Select(match => match.Match.Pair!).ToList();
        try
        {
            if (pairs.Count > 0) Run(dense, pruned, pairs, batchSize, before, cancel);
            return [.. matches.Select(match => match.Match.Pair?.Result() ?? Unmeasured(match.Layer, match.Match.Reason!))];
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
        }
    }

    private static void Run(LayerModel dense, LayerModel pruned, List<LayerPair> pairs, int batchSize, Action<int, int> before,
        CancellationToken cancel)
    {
        dense.Kept = [.. pairs.SelectMany(pair => pair.Dense.Inputs.Append(pair.Dense.Output)).Distinct()];
        pruned.Kept = [.. pairs.SelectMany(pair => pair.Pruned.Inputs.Append(pair.Pruned.Output)).Distinct()];
        var size = dense.FixedBatch ?? pruned.FixedBatch ?? RowsThatFit(dense, batchSize);
        var batches = dense.Batches(size).ToList();
        for (var batch = 0; batch < batches.Count; batch++)
        {
            var (first, count) = batches[batch];
            cancel.ThrowIfCancellationRequested();
            before(batch, batches.Count);
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
