using GspMl.Collections;
using GspMl.Onnx.Collections;
using GspMl.Onnx.Sessions.Devices;

namespace GspMl.Onnx;

/// <summary>What runs the model.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>
    /// An NVIDIA GPU; an error where there is none. Products of float32 are computed in float32, not rounded to TF32. Nodes that have no
    /// kernel there are run by the CPU, and <see cref="EvaluationResult.CpuNodes"/> names them.
    /// </summary>
    Cuda,

    /// <summary>An NVIDIA GPU where there is one that runs all the models, else the CPU for all of them; the result says which.</summary>
    Auto,
}

/// <summary>How a model is judged.</summary>
public sealed record EvaluationOptions
{
    /// <summary>What runs the model.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Which NVIDIA GPU, from 0, as the driver numbers them; the CPU takes no notice of it.</summary>
    public int Device { get; init; }

    /// <summary>
    /// The most bytes of the GPU's memory that a model's tensors take, each model for itself; null for as many as there are.
    /// </summary>
    public long? DeviceMemoryLimit { get; init; }

    /// <summary>Rows to a batch, where the model does not fix their number.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Timed rounds for each latency, after the warm-up; 0 measures none. In each the models run in turn, for 2 ms or once.
    /// </summary>
    public int LatencyRuns { get; init; } = 30;

    /// <summary>Rounds before the first timed one.</summary>
    public int WarmUpRuns { get; init; } = 5;

    /// <summary>
    /// The output that classes are read from; null for the first whose task is <see cref="OutputTask.Classes"/>, and with labels for the
    /// model's first where none is.
    /// </summary>
    public string? Output { get; init; }

    /// <summary>
    /// Over it a value means yes: class 1 of a model with one value a row, a set pixel of a map of probabilities. 0.5 for probabilities, 0
    /// for logits. Null: 0.5 for what comes out of a sigmoid; others have no yes and no. Outputs of several classes take no notice of it.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// What outputs are for; those that none of them speaks of are looked at. The entry of an output's own name goes before the one of all
    /// outputs, which holds for those that it fits.
    /// </summary>
    public IReadOnlyList<NamedTask> Tasks { get; init => field = ContentList.Of(value); } = ContentList.Of<NamedTask>([]);

    /// <summary>The symbol of sequences that stands for nothing (CTC); null for 0, or for what the values show.</summary>
    public int? Blank { get; init; }

    /// <summary>Whether the compressed size is measured: compressing a gigabyte takes most of a minute.</summary>
    public bool CompressedSize { get; init; } = true;

    /// <summary>The most threads to use; 0 for as many as there are processors, 1 for the calling thread alone.</summary>
    public int MaxThreads { get; init; }

    /// <summary>Told how far the runs are, on the thread that runs them; null for nobody.</summary>
    public IProgress<EvaluationProgress>? Progress { get; init; }

    /// <exception cref="ArgumentException">A property has an impossible value.</exception>
    internal void Validate()
    {
        Require.Defined(Provider);
        Require.AtLeast(1, BatchSize);
        Require.AtLeast(0, LatencyRuns);
        Require.AtLeast(0, WarmUpRuns);
        Require.AtLeast(0, MaxThreads);
        Require.AtLeast(0, Device);
        Require.Entries(Tasks);
        foreach (var named in Tasks) Require.Defined(named.Task, nameof(Tasks));
        if (Blank is { } blank) Require.AtLeast(0, blank, nameof(Blank));
        if (DeviceMemoryLimit is < 1)
            throw new ArgumentOutOfRangeException(nameof(DeviceMemoryLimit),
                DeviceMemoryLimit, $"{nameof(DeviceMemoryLimit)} is {DeviceMemoryLimit}; it is at least 1.");
        if (Threshold is { } threshold && !double.IsFinite(threshold))
            throw new ArgumentOutOfRangeException(nameof(Threshold), threshold, $"{nameof(Threshold)} is {threshold}; it is a number.");
    }

    /// <summary>What stands for the GPU; null for the NVIDIA GPU that <see cref="Device"/> names.</summary>
    internal Device? Gpu { get; init; }
}
