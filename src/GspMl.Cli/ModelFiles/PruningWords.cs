using System.CommandLine;
using GspMl.Onnx;

namespace GspMl.Cli.ModelFiles;

/// <summary>The words for scores, allocations and values on the command line.</summary>
internal static class PruningWords
{
    private static readonly Dictionary<string, WeightScore> Scores = new()
    {
        ["magnitude"] = WeightScore.Magnitude,
        ["activation"] = WeightScore.Activation,
        ["saliency"] = WeightScore.Saliency,
    };

    private static readonly Dictionary<string, SparsityAllocation> Allocations = new()
    {
        ["gsp"] = SparsityAllocation.Gsp,
        ["gsp-scaled"] = SparsityAllocation.GspScaled,
        ["uniform"] = SparsityAllocation.Uniform,
        ["measured"] = SparsityAllocation.Measured,
    };

    private static readonly Dictionary<string, WeightValues> AllValues = new()
    {
        ["projected"] = WeightValues.Projected,
        ["original"] = WeightValues.Original,
        ["reconstructed"] = WeightValues.Reconstructed,
    };

    /// <summary>The score that an option names, or <paramref name="otherwise"/> where it is left out.</summary>
    public static WeightScore Score(ParseResult parsed, Option<string?> option, WeightScore otherwise)
        => Read(parsed, option, Scores, otherwise);

    /// <summary>The allocation that an option names, or <paramref name="otherwise"/>.</summary>
    public static SparsityAllocation Allocation(ParseResult parsed, Option<string?> option, SparsityAllocation otherwise)
        => Read(parsed, option, Allocations, otherwise);

    /// <summary>The values that an option names, or <paramref name="otherwise"/>.</summary>
    public static WeightValues Values(ParseResult parsed, Option<string?> option, WeightValues otherwise)
        => Read(parsed, option, AllValues, otherwise);

    private static T Read<T>(ParseResult parsed, Option<string?> option, Dictionary<string, T> words, T otherwise)
        => parsed.GetValue(option) is { } word ? words[word] : otherwise;
}
