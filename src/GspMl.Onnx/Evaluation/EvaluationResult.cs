using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>How one model did.</summary>
public sealed record EvaluationResult
{
    /// <summary>The model's file.</summary>
    public required string Path { get; init; }

    /// <summary>Rows evaluated.</summary>
    public required int Rows { get; init; }

    /// <summary>The fraction of rows whose largest output is at the label; null without labels.</summary>
    public double? Accuracy { get; init; }

    /// <summary>
    /// The 95 % confidence interval of <see cref="Accuracy"/> for rows like these (Wilson's score interval); null without labels.
    /// </summary>
    public Interval? AccuracyInterval => Accuracy is { } accuracy ? Interval.OfFraction((int)Math.Round(accuracy * Rows), Rows) : null;

    /// <summary>The right class of each row; null if not known.</summary>
    public IReadOnlyList<long>? Labels { get; init => field = ContentList.Of(value); }

    /// <summary>The output that the classes are read from; null where there are none.</summary>
    public string? ClassesOutput { get; init; }

    /// <summary>
    /// The class of each row: where <see cref="ClassesOutput"/> is largest, or, where a row has one value, 1 for values over
    /// <see cref="EvaluationOptions.Threshold"/> and else 0. Empty where no output is one of classes.
    /// </summary>
    public required IReadOnlyList<int> Classes { get; init => field = ContentList.Of(value); }

    /// <summary>All numeric outputs.</summary>
    public required IReadOnlyList<OutputTensor> Outputs { get; init => field = ContentList.Of(value); }

    /// <summary>The latency of one row (or of the model's fixed batch), copies to and from a GPU included; null if not measured.</summary>
    public Latency? SingleRow { get; init; }

    /// <summary>The latency of a batch, copies to and from a GPU included; null if not measured.</summary>
    public Latency? Batched { get; init; }

    /// <summary>
    /// As <see cref="SingleRow"/>, with inputs and outputs in the GPU's memory: the model's share of it. Null on the CPU, which copies
    /// nothing.
    /// </summary>
    public Latency? SingleRowOnDevice { get; init; }

    /// <summary>
    /// As <see cref="Batched"/>, with inputs and outputs in the GPU's memory: the model's share of it. Null on the CPU, which copies
    /// nothing.
    /// </summary>
    public Latency? BatchedOnDevice { get; init; }

    /// <summary>What ran the model: CPU or CUDA.</summary>
    public required string Provider { get; init; }

    /// <summary>The number of the GPU; null for the CPU.</summary>
    public int? Device { get; init; }

    /// <summary>
    /// The nodes that the CPU ran although a GPU ran the model, in their order; most often they only compute shapes. None where the CPU
    /// runs it all.
    /// </summary>
    public IReadOnlyList<CpuNode> CpuNodes { get; init => field = ContentList.Of(value); } = ContentList.Of<CpuNode>([]);

    /// <summary>Why it was not what was asked for first; null otherwise.</summary>
    public string? ProviderNote { get; init; }

    /// <summary>The model's size in bytes, external data included.</summary>
    public required long Bytes { get; init; }

    /// <summary>The same, compressed by gzip; null if not measured.</summary>
    public long? GzipBytes { get; init; }
}
