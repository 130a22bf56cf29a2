using System.Text.Json.Serialization;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>One model's figures.</summary>
internal sealed record EvaluatedModel(
    string Model, long Rows, double? Accuracy, Interval? AccuracyInterval, double? MillisecondsPerRow, double? MillisecondsPerBatch,
        int? BatchSize, string Provider, string? ProviderNote, long Bytes, long? GzipBytes)
{
    /// <summary>The number of the GPU; null for the CPU.</summary>
    public int? Device { get; init; }

    /// <summary>Without the copies to and from the GPU; null on the CPU.</summary>
    public double? MillisecondsPerRowOnDevice { get; init; }

    /// <summary>Without the copies to and from the GPU; null on the CPU.</summary>
    public double? MillisecondsPerBatchOnDevice { get; init; }

    /// <summary>The times of single rows, in milliseconds, as they were measured.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> RowTimes { get; init; } = [];

    /// <summary>The nodes that the CPU ran beside a GPU.</summary>
    public IReadOnlyList<CpuNode> CpuNodes { get; init; } = [];

    /// <summary>The outputs and what they are taken for.</summary>
    public IReadOnlyList<EvaluatedOutput> Outputs { get; init; } = [];

    public static EvaluatedModel Of(string path, EvaluationResult result) =>
        new(path, result.Rows, result.Accuracy, result.AccuracyInterval, result.SingleRow?.MedianMilliseconds,
            result.Batched?.MedianMilliseconds, result.Batched?.BatchSize,
            result.Provider, result.ProviderNote, result.Bytes, result.GzipBytes)
        {
            Device = result.Device,
            MillisecondsPerRowOnDevice = result.SingleRowOnDevice?.MedianMilliseconds,
            MillisecondsPerBatchOnDevice = result.BatchedOnDevice?.MedianMilliseconds,
            RowTimes = result.SingleRow?.Milliseconds ?? [],
            CpuNodes = result.CpuNodes,
            Outputs = [.. result.Outputs.Select(output => new EvaluatedOutput(output.Name, output.RowShape, output.Task))],
        };
}

/// <summary>One output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RowShape">The extents of one row.</param>
/// <param name="Task">What it is taken for, and why.</param>
internal sealed record EvaluatedOutput(string Name, IReadOnlyList<int> RowShape, TaskChoice? Task);
