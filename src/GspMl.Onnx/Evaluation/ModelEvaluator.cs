using GspMl.Onnx.Collections;
using GspMl.Onnx.Evaluation;

namespace GspMl.Onnx;

/// <summary>Judges models on ONNX Runtime: outputs, accuracy, size, latency.</summary>
public static class ModelEvaluator
{
    /// <summary>Runs one model over all rows.</summary>
    /// <param name="model">The model; pruned values need not be written first.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <exception cref="OnnxModelException">The model does not load or run, or does not take the inputs.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value; the error names it.</exception>
    public static EvaluationResult Evaluate(OnnxModel model, EvaluationData data, EvaluationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Evaluate([model], data, options ?? new(), cancel)[0];
    }

    /// <summary>Runs two models over the same rows and compares what they put out. Their latencies are measured in turns, so that a busy machine treats both alike.</summary>
    /// <param name="baseline">The dense model.</param>
    /// <param name="candidate">The pruned model.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How to run them; null for the defaults.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <exception cref="OnnxModelException">A model does not load or run or take the inputs, or their outputs do not correspond.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value; the error names it.</exception>
    public static ModelComparison Compare(
        OnnxModel baseline, OnnxModel candidate, EvaluationData data, EvaluationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        var results = Evaluate([baseline, candidate], data, options ?? new(), cancel);
        return Compare(results[0], results[1]);
    }

    /// <summary>Runs several models over the same rows; the latencies are measured in turns.</summary>
    /// <param name="models">The models.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How to run them.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <returns>One result for each model.</returns>
    /// <exception cref="OnnxModelException">A model does not load or run, or does not take the inputs.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value; the error names it.</exception>
    public static IReadOnlyList<EvaluationResult> Evaluate(IReadOnlyList<OnnxModel> models, EvaluationData data, EvaluationOptions options, CancellationToken cancel = default)
    {
        Require.Entries(models);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var runs = new List<ModelRun>();
        try
        {
            foreach (var model in models) runs.Add(ModelRun.Open(model, data, options));
            var outputs = runs.Select(run => run.Outputs(cancel)).ToList();
            var single = Latencies(runs, 1, options, cancel);
            var batched = Latencies(runs, options.BatchSize, options, cancel);
            return [.. runs.Select((run, i) => Result(run, outputs[i], data, options, single[i], batched[i]) with { GzipBytes = options.CompressedSize ? run.Model.MeasureGzipBytes() : null })];
        }
        finally
        {
            foreach (var run in runs) run.Dispose();
        }
    }

    /// <summary>Compares two results on the same rows.</summary>
    /// <param name="baseline">Of the dense model.</param>
    /// <param name="candidate">Of the pruned model.</param>
    /// <exception cref="OnnxModelException">Their outputs have different names or sizes.</exception>
    public static ModelComparison Compare(EvaluationResult baseline, EvaluationResult candidate)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        return ModelComparison.Of(baseline, candidate);
    }

    private static EvaluationResult Result(ModelRun run, IReadOnlyList<OutputTensor> outputs, EvaluationData data, EvaluationOptions options, Latency? single, Latency? batched)
    {
        var classes = new RowClasses(run.Model.Path, outputs, options);
        return new()
        {
            Path = run.Model.Path,
            Rows = data.Rows,
            Outputs = outputs,
            Classes = classes.Classes,
            Labels = data.Labels,
            Accuracy = data.Labels is { } labels ? classes.Accuracy(labels) : null,
            SingleRow = single,
            Batched = batched,
            Provider = run.Provider,
            ProviderNote = run.Note,
            Bytes = run.Model.MeasureBytes(),
        };
    }

    private static Latency?[] Latencies(List<ModelRun> runs, int batchSize, EvaluationOptions options, CancellationToken cancel)
    {
        var times = runs.Select(_ => new List<double>()).ToList();
        for (var round = -options.WarmUpRuns; round < options.LatencyRuns && options.LatencyRuns > 0; round++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var turn = 0; turn < runs.Count; turn++)
            {
                // Every other round the other way about: whoever runs second finds caches and threads as the first left them.
                var i = round % 2 == 0 ? turn : runs.Count - 1 - turn;
                var elapsed = runs[i].Time(batchSize);
                if (round >= 0) times[i].Add(elapsed.TotalMilliseconds);
            }
        }
        return [.. runs.Zip(times, (run, elapsed) => elapsed.Count == 0 ? null : new Latency(run.RowsOf(batchSize), elapsed))];
    }
}
