using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>Combinations of options that make sense together.</summary>
public enum PruningPreset
{
    /// <summary>The paper's method: grouped sparse projection layer by layer, with its own values (Ohib et al., TMLR 2022). Needs no data.</summary>
    Paper,

    /// <summary>The best without data: projection of all layers together in scaled coordinates, kept weights as they were.</summary>
    Fast,

    /// <summary>The best with calibration data: measured allocation, saliencies in stages, reconstructed values.</summary>
    Accurate,
}

/// <summary>The options that a preset stands for.</summary>
public static class PruningPresets
{
    /// <summary>Options to start from; change single ones by <c>with</c>.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="target">What is to be reached.</param>
    /// <param name="calibration">Calibration inputs; only <see cref="PruningPreset.Accurate"/> needs them.</param>
    /// <exception cref="ArgumentException">The preset needs calibration inputs, and there are none.</exception>
    public static PruningOptions Options(this PruningPreset preset, SparsityTarget target, EvaluationData? calibration = null) => preset switch
    {
        PruningPreset.Paper => new() { Target = target, Calibration = calibration },
        PruningPreset.Fast => new() { Target = target, Calibration = calibration, Allocation = SparsityAllocation.GspScaled, Values = WeightValues.Original },
        PruningPreset.Accurate when calibration is null => throw new ArgumentException("The preset accurate needs calibration inputs: some hundred typical inputs of the model, without labels.", nameof(calibration)),
        PruningPreset.Accurate => new()
        {
            Target = target,
            Calibration = calibration,
            Score = WeightScore.Saliency,
            Allocation = SparsityAllocation.Measured,
            Values = WeightValues.Reconstructed,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "no preset"),
    };
}
