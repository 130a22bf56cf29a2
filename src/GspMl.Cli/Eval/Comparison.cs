using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>How far a model's outputs lie from the baseline's.</summary>
internal sealed record Drift(double? Agreement, double MaxDifference, double RmsDifference)
{
    public static Drift Of(ModelComparison both) => new(both.Agreement, both.MaxDifference, both.RmsDifference);
}

/// <summary>What tells whether a difference to the baseline is one: the rows, classes, outputs and timings behind it.</summary>
internal sealed record Comparison(
    IReadOnlyList<string> Verdict, PairedAccuracy? Accuracy, IReadOnlyList<ClassComparison> Classes,
        IReadOnlyList<ChangedRow> ChangedRows, IReadOnlyList<OutputDrift> Outputs,
    LatencyRatio? SingleRow, LatencyRatio? Batched)
{
    /// <summary>Without the copies to and from the GPU; null on the CPU.</summary>
    public LatencyRatio? SingleRowOnDevice { get; init; }

    /// <summary>Without the copies to and from the GPU; null on the CPU.</summary>
    public LatencyRatio? BatchedOnDevice { get; init; }

    /// <summary>Each output by its task.</summary>
    public IReadOnlyList<OutputJudgement> Judgements { get; init; } = [];

    public static Comparison Of(ModelComparison both) =>
        new([.. Eval.Verdict.Of(both)], both.Accuracy, both.Classes, both.ChangedRows, both.Outputs, both.SingleRow, both.Batched)
        {
            Judgements = both.Judgements,
            SingleRowOnDevice = both.SingleRowOnDevice,
            BatchedOnDevice = both.BatchedOnDevice,
        };
}
