using GspMl.Collections;
using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx;

/// <summary>Two models on the same rows.</summary>
public sealed record ModelComparison
{
    /// <summary>The dense model.</summary>
    public required EvaluationResult Baseline { get; init; }

    /// <summary>The pruned model.</summary>
    public required EvaluationResult Candidate { get; init; }

    /// <summary>How far each output drifted, in the baseline's order.</summary>
    public required IReadOnlyList<OutputDrift> Outputs { get; init => field = ContentList.Of(value); }

    /// <summary>Each output compared as its task asks for, in the baseline's order.</summary>
    public IReadOnlyList<OutputJudgement> Judgements { get; init => field = ContentList.Of(value); }
        = ContentList.Of<OutputJudgement>([]);

    /// <summary>The rows to which the two give different classes; none where there are no classes.</summary>
    public required IReadOnlyList<ChangedRow> ChangedRows { get; init => field = ContentList.Of(value); }

    /// <summary>What became of each class; none where there are no classes.</summary>
    public required IReadOnlyList<ClassComparison> Classes { get; init => field = ContentList.Of(value); }

    /// <summary>The rows that were lost and gained; null without labels.</summary>
    public PairedAccuracy? Accuracy { get; init; }

    /// <summary>The latency of one row; null if not measured, or on different devices.</summary>
    public LatencyRatio? SingleRow { get; init; }

    /// <summary>The latency of a batch; null if not measured, or on different devices.</summary>
    public LatencyRatio? Batched { get; init; }

    /// <summary>
    /// The latency of one row without the copies to and from the GPU; null if not measured, on the CPU, or on different devices.
    /// </summary>
    public LatencyRatio? SingleRowOnDevice { get; init; }

    /// <summary>
    /// The latency of a batch without the copies to and from the GPU; null if not measured, on the CPU, or on different devices.
    /// </summary>
    public LatencyRatio? BatchedOnDevice { get; init; }

    /// <summary>Whether one device ran both models; the latencies of two devices say nothing of the models, and are not compared.</summary>
    public bool SameDevice => (Baseline.Provider, Baseline.Device) == (Candidate.Provider, Candidate.Device);

    /// <summary>The fraction of rows to which both give the same class; null where the output has no classes.</summary>
    public double? Agreement => Baseline.Classes.Count == 0 ? null : 1 - (double)ChangedRows.Count / Baseline.Classes.Count;

    /// <summary>By how much the accuracy fell, in [-1,1]; null without labels.</summary>
    public double? AccuracyDrop => Baseline.Accuracy - Candidate.Accuracy;

    /// <summary>The largest difference of two output values; NaN where one of them is.</summary>
    public double MaxDifference => Outputs.Select(o => o.Max).Aggregate(0.0, Math.Max);

    /// <summary>The root mean square of all differences of output values.</summary>
    public double RmsDifference
    {
        get
        {
            var count = Baseline.Outputs.Sum(o => (double)o.Values.Count);
            return count == 0 ? 0
                : Math.Sqrt(Outputs.Zip(Baseline.Outputs, (drift, output) => drift.Rms * drift.Rms * output.Values.Count).Sum() / count);
        }
    }

    /// <exception cref="OnnxModelException">Their outputs have different names or sizes.</exception>
    internal static ModelComparison Of(EvaluationResult baseline, EvaluationResult candidate)
    {
        var outputs = OfOutputs(baseline, candidate);
        return outputs.SameDevice ? outputs.WithLatencies() : outputs;
    }

    private static ModelComparison OfOutputs(EvaluationResult baseline, EvaluationResult candidate)
    {
        var pairs = baseline.Outputs.Select(output => (Dense: output, Pruned: SameOutput(baseline, candidate, output))).ToList();
        return OfClasses(baseline, WithClassesOf(baseline, candidate)) with
        {
            Outputs = [.. pairs.Select(pair => OutputDrift.Of(pair.Dense, pair.Pruned))],
            Judgements = [.. pairs.Select(pair => OutputJudgement.Of(pair.Dense, pair.Pruned))],
        };
    }

    /// <summary>The candidate with classes where the baseline has them: evaluated alone, it may not look like a model of classes.</summary>
    private static EvaluationResult WithClassesOf(EvaluationResult baseline, EvaluationResult candidate)
    {
        if (candidate.Classes.Count == baseline.Classes.Count) return candidate;
        var output = baseline.Outputs.FirstOrDefault(output => output.Name == baseline.ClassesOutput);
        return candidate with
        {
            Classes = output is null ? [] : ClassReading.Of(SameOutput(baseline, candidate, output), output.Task?.Threshold),
        };
    }

    private static ModelComparison OfClasses(EvaluationResult baseline, EvaluationResult candidate) => new()
    {
        Baseline = baseline,
        Candidate = candidate,
        Outputs = [],
        ChangedRows = ChangedRow.Of(baseline, candidate),
        Classes = ClassComparison.Of(baseline, candidate),
        Accuracy = PairedAccuracy.Of(baseline, candidate),
    };

    private ModelComparison WithLatencies() => this with
    {
        SingleRow = LatencyRatio.Of(Baseline.SingleRow, Candidate.SingleRow),
        Batched = LatencyRatio.Of(Baseline.Batched, Candidate.Batched),
        SingleRowOnDevice = LatencyRatio.Of(Baseline.SingleRowOnDevice, Candidate.SingleRowOnDevice),
        BatchedOnDevice = LatencyRatio.Of(Baseline.BatchedOnDevice, Candidate.BatchedOnDevice),
    };

    private static OutputTensor SameOutput(EvaluationResult baseline, EvaluationResult candidate, OutputTensor output) =>
        candidate.Outputs.FirstOrDefault(o => o.Name == output.Name && o.Values.Count == output.Values.Count)
            ?? throw new OnnxModelException($"{candidate.Path} has no output '{output.Name}' with {output.Values.Count} values, as "
                + $"{baseline.Path} has.");
}
