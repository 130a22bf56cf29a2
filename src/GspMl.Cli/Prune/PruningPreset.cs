using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Cli.Prune;

/// <summary>The words of <c>--preset</c>.</summary>
internal enum PruningPreset
{
    Paper,
    Fast,
    Accurate,
}

/// <summary>The options that a preset stands for.</summary>
internal static class PruningPresets
{
    /// <param name="preset">The preset.</param>
    /// <param name="target">What is to be reached.</param>
    /// <param name="calibration">Calibration inputs, which only <see cref="PruningPreset.Accurate"/> needs.</param>
    public static PruningOptions Options(this PruningPreset preset, SparsityTarget target, EvaluationData? calibration) => preset switch
    {
        PruningPreset.Accurate => PruningOptions.Accurate(target, calibration!),
        PruningPreset.Fast => PruningOptions.Fast(target) with { Calibration = calibration },
        _ => PruningOptions.Paper(target) with { Calibration = calibration },
    };
}
