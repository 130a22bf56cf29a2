using GspMl.Onnx;

namespace GspMl.Cli.Shrink;

/// <summary>Why sets of channels keep as many as they do.</summary>
internal static class ShrinkReasons
{
    public static IEnumerable<string> Of(ShrinkReport report)
    {
        yield return $"asked for: {ShrinkResult.Describe(report.Options)}";
        yield return report.Sparsity is { } sparsity
            ? $"how many channels each set keeps: by one projection of the scores of all sets (average Hoyer sparsity {sparsity:F3}, μ = "
                + $"{report.Multiplier:G4})"
            : "how many channels each set keeps: measured on calibration rows held back, those first whose loss changes the outputs least "
                + "for what it saves";
        foreach (var set in report.Sets)
            yield return $"{string.Join(", ", set.Layers)}: " + (set.IsFree ? $"{set.After} of {set.Before} channels stay"
                : $"all {set.Before} channels stay: {set.Reason}");
    }
}
