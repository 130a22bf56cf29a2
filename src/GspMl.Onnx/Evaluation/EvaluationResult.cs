namespace GspMl.Onnx;

/// <summary>How long one run takes.</summary>
/// <param name="BatchSize">Rows in the run.</param>
/// <param name="MedianMilliseconds">The median of the timed runs, in milliseconds.</param>
/// <param name="Runs">How many were timed.</param>
public sealed record Latency(int BatchSize, double MedianMilliseconds, int Runs);

/// <summary>What a model put out for all rows.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Values">All values in row-major order.</param>
/// <param name="RowLength">Values of one row; 0 where the output has no rows.</param>
public sealed record OutputTensor(string Name, IReadOnlyList<float> Values, int RowLength);

/// <summary>How one model did.</summary>
public sealed record EvaluationResult
{
    /// <summary>The model's file.</summary>
    public required string Path { get; init; }

    /// <summary>Rows evaluated.</summary>
    public required int Rows { get; init; }

    /// <summary>The fraction of rows whose largest output is at the label; null without labels.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The class of each row: where its output is largest; empty where the output has no rows.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>All numeric outputs.</summary>
    public required IReadOnlyList<OutputTensor> Outputs { get; init; }

    /// <summary>The latency of one row (or of the model's fixed batch); null if not measured.</summary>
    public Latency? SingleRow { get; init; }

    /// <summary>The latency of a batch; null if not measured.</summary>
    public Latency? Batched { get; init; }

    /// <summary>What ran the model: CPU or CUDA.</summary>
    public required string Provider { get; init; }

    /// <summary>Why it was not what was asked for first; null otherwise.</summary>
    public string? ProviderNote { get; init; }

    /// <summary>The model's size in bytes, external data included.</summary>
    public required long Bytes { get; init; }

    /// <summary>The same, compressed by gzip; null if not measured.</summary>
    public long? GzipBytes { get; init; }
}

/// <summary>Two models on the same rows.</summary>
/// <param name="Baseline">The dense model.</param>
/// <param name="Candidate">The pruned model.</param>
/// <param name="Agreement">The fraction of rows to which both give the same class; NaN where the output has no rows.</param>
/// <param name="MaxDifference">The largest difference of two output values.</param>
/// <param name="RmsDifference">The root mean square of all differences of output values.</param>
public sealed record ModelComparison(EvaluationResult Baseline, EvaluationResult Candidate, double Agreement, double MaxDifference, double RmsDifference)
{
    /// <summary>By how much the accuracy fell, in [-1,1]; null without labels.</summary>
    public double? AccuracyDrop => Baseline.Accuracy - Candidate.Accuracy;
}
