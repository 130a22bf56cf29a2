using GspMl.Onnx.Collections;
using GspMl.Onnx.Evaluation.Devices;

namespace GspMl.Onnx;

/// <summary>What runs the model.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; an error where there is none.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU where there is one, else the CPU; the result says which.</summary>
    Auto,
}

/// <summary>How a model is judged.</summary>
public sealed record EvaluationOptions
{
    /// <summary>What runs the model.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Rows to a batch, where the model does not fix their number.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Timed rounds for each latency, after the warm-up; 0 measures none. In each the models run in turn, for 2 ms or once.</summary>
    public int LatencyRuns { get; init; } = 30;

    /// <summary>Rounds before the first timed one.</summary>
    public int WarmUpRuns { get; init; } = 5;

    /// <summary>The output that classes are read from; null for the model's first.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// For a model of two classes with one value a row: values over it mean class 1, others class 0. 0.5 for probabilities, 0 for logits. Null: such a
    /// model has no classes. Models with more values a row take no notice of it.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>Whether the compressed size is measured: compressing a gigabyte takes most of a minute.</summary>
    public bool CompressedSize { get; init; } = true;

    /// <summary>The most threads to use; 0 for as many as there are processors, 1 for the calling thread alone.</summary>
    public int MaxThreads { get; init; }

    /// <exception cref="ArgumentException">A property has an impossible value.</exception>
    internal void Validate()
    {
        Require.Defined(Provider);
        Require.AtLeast(1, BatchSize);
        Require.AtLeast(0, LatencyRuns);
        Require.AtLeast(0, WarmUpRuns);
        Require.AtLeast(0, MaxThreads);
        if (Threshold is { } threshold && !double.IsFinite(threshold)) throw new ArgumentOutOfRangeException(nameof(Threshold), threshold, $"{nameof(Threshold)} is {threshold}; it is a number.");
    }

    /// <summary>What stands for the GPU.</summary>
    internal Device Gpu { get; init; } = new CudaDevice();
}
