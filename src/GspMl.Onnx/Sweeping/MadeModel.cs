namespace GspMl.Onnx.Sweeping;

/// <summary>A model of a curve that is not judged yet.</summary>
/// <param name="Curve">The curve.</param>
/// <param name="Asked">The amount that was asked for.</param>
/// <param name="Amount">The amount that was reached.</param>
/// <param name="Model">The model.</param>
internal sealed record MadeModel(SweepCurve Curve, double Asked, double Amount, OnnxModel Model)
{
    /// <summary>What was pruned; null where channels went.</summary>
    public PruningReport? Pruning { get; init; }

    /// <summary>Which channels went; null where weights were pruned.</summary>
    public ShrinkReport? Shrinking { get; init; }

    /// <summary>The amount of the dense model.</summary>
    public double Dense => Pruning is { } report ? (double)report.ZeroCountBefore / report.Count : 0;
}
