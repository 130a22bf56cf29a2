namespace GspMl.Onnx.Pruning;

/// <summary>The projection's own values.</summary>
internal sealed class ProjectedValues : WeightValues
{
    public override string Name => nameof(Projected);

    internal override bool AreProjected => true;
}

/// <summary>The values as they were.</summary>
internal sealed class OriginalValues : WeightValues
{
    public override string Name => nameof(Original);
}

/// <summary>Values fitted on calibration data.</summary>
internal sealed class ReconstructedValues : WeightValues
{
    public override string Name => nameof(Reconstructed);

    public override bool NeedsCalibration => true;

    internal override bool AreReconstructed => true;
}
