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
    /// <summary>Without calibration inputs, which the command adds.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="target">What is to be reached.</param>
    public static PruningOptions Options(this PruningPreset preset, SparsityTarget target) => preset switch
    {
        PruningPreset.Accurate => PruningOptions.AccurateChoices(target),
        PruningPreset.Fast => PruningOptions.Fast(target),
        _ => PruningOptions.Paper(target),
    };
}
