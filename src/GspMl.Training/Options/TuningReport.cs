using GspMl.Collections;
using GspMl.Onnx;

namespace GspMl.Training;

/// <summary>How an epoch ended.</summary>
/// <param name="Epoch">From 1; 0 is the state before the first step.</param>
/// <param name="Loss">The mean loss of its steps, on varied rows where these are varied; NaN before the first.</param>
/// <param name="HeldBackLoss">The loss on the rows held back; NaN where there are none.</param>
/// <param name="Zeros">Zeros of all prunable weights that are trained, as a fraction.</param>
public readonly record struct TuningEpoch(int Epoch, double Loss, double HeldBackLoss, double Zeros);

/// <summary>How far a run is.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">Steps done of the whole run.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The loss of the last step.</param>
/// <param name="HeldBackLoss">The loss on rows held back after the last epoch; null before.</param>
/// <param name="Zeros">The fraction of zeros.</param>
/// <param name="Left">The time that the rest will take, by that of the steps done.</param>
public readonly record struct TuningProgress(int Epoch, int Step, int Steps, double Loss, double? HeldBackLoss, double Zeros,
    TimeSpan Left);

/// <summary>What a tuning did.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Epochs">The state before the first step and after each epoch.</param>
/// <param name="BestEpoch">The epoch whose state is the result.</param>
/// <param name="Trained">The tensors that were trained.</param>
/// <param name="LeftAlone">Weights that were not, and why.</param>
public sealed record TuningReport(TuningOptions Options, IReadOnlyList<TuningEpoch> Epochs, int BestEpoch, IReadOnlyList<string> Trained,
    IReadOnlyList<SkippedTensor> LeftAlone)
{
    /// <summary>The state before the first step and after each epoch.</summary>
    public IReadOnlyList<TuningEpoch> Epochs { get; init => field = ContentList.Of(value); } = ContentList.Of(Epochs);

    /// <summary>The tensors that were trained.</summary>
    public IReadOnlyList<string> Trained { get; init => field = ContentList.Of(value); } = ContentList.Of(Trained);

    /// <summary>Weights that were not, and why.</summary>
    public IReadOnlyList<SkippedTensor> LeftAlone { get; init => field = ContentList.Of(value); } = ContentList.Of(LeftAlone);

    /// <summary>Steps that were made, those of a run before that was taken up included.</summary>
    public int Steps { get; init; }

    /// <summary>Rows of each step.</summary>
    public int BatchSize { get; init; }

    /// <summary>The time that the run took, without what a checkpoint had before.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>What ran it.</summary>
    public string Provider { get; init; } = "";

    /// <summary>What there is to tell beside: why it ended early, why the CPU ran it; empty for nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>The epoch whose state is the result.</summary>
    public TuningEpoch Best => Epochs.First(epoch => epoch.Epoch == BestEpoch);
}

/// <summary>A tuned model, not yet written, and what was done.</summary>
/// <param name="Model">The model with its new values; the one it was made from is unchanged.</param>
/// <param name="Report">The curve of the losses, and what was trained.</param>
public sealed record TuningResult(OnnxModel Model, TuningReport Report);
