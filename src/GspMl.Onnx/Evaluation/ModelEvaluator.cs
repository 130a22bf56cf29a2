using GspMl.Onnx.Collections;
using GspMl.Onnx.Evaluation;
using GspMl.Onnx.Evaluation.Layers;

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
    public static EvaluationResult Evaluate(OnnxModel model, EvaluationData data, EvaluationOptions? options = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Evaluate([model], data, options ?? new(), cancel)[0];
    }

    /// <summary>
    /// Runs two models over the same rows and compares what they put out. Their latencies are measured in turns, so that a busy machine
    /// treats both alike.
    /// </summary>
    /// <param name="baseline">The dense model.</param>
    /// <param name="candidate">The pruned model.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How to run them; null for the defaults.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <exception cref="OnnxModelException">A model does not load or run or take the inputs, or their outputs do not
    /// correspond.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value; the error names it.</exception>
    public static ModelComparison Compare(
        OnnxModel baseline, OnnxModel candidate, EvaluationData data, EvaluationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        return Compare(baseline, candidate, data, options ?? new(), baselineSeen: null, cancel);
    }

    /// <summary>The same; what is to be judged of the outputs can be checked once the baseline has run, before anything else is.</summary>
    /// <param name="baseline">The dense model.</param>
    /// <param name="candidate">The pruned model.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How to run them.</param>
    /// <param name="baselineSeen">Given the baseline, compared with itself; what it throws ends the run. Null for none.</param>
    /// <param name="cancel">Looked at between batches.</param>
    internal static ModelComparison Compare(OnnxModel baseline, OnnxModel candidate, EvaluationData data, EvaluationOptions options,
        Action<ModelComparison>? baselineSeen, CancellationToken cancel)
    {
        var results = Evaluate([baseline, candidate], data, options,
            baselineSeen is null ? null : dense => baselineSeen(Compare(dense, dense)), cancel);
        return Compare(results[0], results[1]);
    }

    /// <summary>
    /// Runs several models over the same rows; the latencies are measured in turns. What an output is for is found from the first model.
    /// </summary>
    /// <param name="models">The models.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How to run them.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <returns>One result for each model.</returns>
    /// <exception cref="OnnxModelException">A model does not load or run, or does not take the inputs.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value; the error names it.</exception>
    public static IReadOnlyList<EvaluationResult> Evaluate(IReadOnlyList<OnnxModel> models, EvaluationData data, EvaluationOptions options,
        CancellationToken cancel = default) => Evaluate(models, data, options, firstSeen: null, cancel);

    private static IReadOnlyList<EvaluationResult> Evaluate(IReadOnlyList<OnnxModel> models, EvaluationData data, EvaluationOptions options,
        Action<EvaluationResult>? firstSeen, CancellationToken cancel)
    {
        Require.Entries(models);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var runs = ModelRuns.Open(models, data, options);
        var tasks = new OutputTasks(models[0], options, data.Labels is not null);
        var (done, batches) = (0, runs.All.Sum(run => run.Batches));
        void Tell() => options.Progress?.Report(new(EvaluationStep.Running, done++, batches));
        var first = runs.All[0].Outputs(Tell, cancel);
        firstSeen?.Invoke(Result(runs.All[0], tasks.Of([first])[0], data, options with { CompressedSize = false },
            Latencies.None));
        var outputs = tasks.Of([first, .. runs.All.Skip(1).Select(run => run.Outputs(Tell, cancel))]);
        var latencies = Latencies.Measure(runs.All, options, cancel);
        return [.. runs.All.Select((run, i) => Result(run, outputs[i], data, options, latencies[i]))];
    }

    /// <summary>
    /// Runs two models side by side and tells for every layer what error it inherits and what error is its own: where the damage starts.
    /// </summary>
    /// <remarks>
    /// Layers are matched by the names of their nodes and weights; a layer whose shapes differ, as in a shrunk model, is compared as far as
    /// they agree, and its note says so. On the CPU. Takes three runs of each layer of each model and batch; memory for both models twice,
    /// and for what the layers read and put out for a batch, which is made small enough for 64 MB a model (or is one row).
    /// </remarks>
    /// <param name="baseline">The dense model.</param>
    /// <param name="candidate">The pruned model.</param>
    /// <param name="data">The samples; labels are of no use here.</param>
    /// <param name="options">The batch size, at most, and the threads; null for the defaults.</param>
    /// <param name="cancel">Looked at between batches and layers.</param>
    /// <returns>One entry for each prunable weight of the baseline and node that reads it, in the order of the nodes.</returns>
    /// <exception cref="OnnxModelException">A model does not load or run, or does not take the inputs.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value; the error names it.</exception>
    public static IReadOnlyList<LayerDrift> CompareLayers(
        OnnxModel baseline, OnnxModel candidate, EvaluationData data, EvaluationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Validate();
        return LayerComparison.Of(baseline.Dense(), candidate.Dense(), data, options.BatchSize, options.MaxThreads,
            (batch, count) => options.Progress?.Report(new(EvaluationStep.Comparing, batch, count)), cancel);
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

    private static EvaluationResult Result(ModelRun run, IReadOnlyList<OutputTensor> outputs, EvaluationData data,
        EvaluationOptions options, Latencies latencies)
    {
        var classes = new RowClasses(run.Model.Path, outputs, options, data.Labels is not null);
        return new()
        {
            Path = run.Model.Path,
            Rows = run.Rows,
            Outputs = outputs,
            ClassesOutput = classes.Classes.Count == 0 ? null : classes.Output,
            Classes = classes.Classes,
            Labels = data.Labels,
            Accuracy = data.Labels is { } labels ? classes.Accuracy(labels) : null,
            SingleRow = latencies.SingleRow,
            Batched = latencies.Batched,
            SingleRowOnDevice = latencies.SingleRowOnDevice,
            BatchedOnDevice = latencies.BatchedOnDevice,
            Provider = run.Device.Name,
            Device = run.Device.Number,
            ProviderNote = run.Note,
            CpuNodes = run.CpuNodes,
            Bytes = run.Model.MeasureBytes(),
            GzipBytes = options.CompressedSize ? run.Model.MeasureGzipBytes() : null,
        };
    }
}
