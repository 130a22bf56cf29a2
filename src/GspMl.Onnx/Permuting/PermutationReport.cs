using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>Channels that go together, and what their order is worth.</summary>
public sealed record PermutedSet
{
    /// <summary>The weights whose output channels they are.</summary>
    public required IReadOnlyList<string> Layers { get; init => field = ContentList.Of(value); }

    /// <summary>The weights that read them in the pattern.</summary>
    public required IReadOnlyList<string> Readers { get; init => field = ContentList.Of(value); }

    /// <summary>The channels in their new order, by their places before.</summary>
    public required IReadOnlyList<int> Order { get; init => field = ContentList.Of(value); }

    /// <summary>The part of the readers' squared weights that the pattern keeps by magnitude in the order before.</summary>
    public required double KeptBefore { get; init; }

    /// <summary>The part that it keeps in the new order.</summary>
    public required double KeptAfter { get; init; }
}

/// <summary>What reordering did.</summary>
public sealed record PermutationReport
{
    /// <summary>What was asked for.</summary>
    public required PermutationOptions Options { get; init; }

    /// <summary>The sets that have another order now, in the order of the model's nodes.</summary>
    public required IReadOnlyList<PermutedSet> Sets { get; init => field = ContentList.Of(value); }

    /// <summary>The largest difference of an output from the model before, as a part of the output's largest magnitude.</summary>
    public required double LargestDifference { get; init; }
}

/// <summary>A model with reordered channels, not yet written to a file, and what was done.</summary>
/// <param name="Model">The model; the one it was made from is unchanged.</param>
/// <param name="Report">What was done, set by set.</param>
public sealed record PermutationResult(OnnxModel Model, PermutationReport Report);
