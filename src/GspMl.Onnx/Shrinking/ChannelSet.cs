using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>Channels that the same layers put out, and what became of them.</summary>
public sealed record ChannelSet
{
    /// <summary>
    /// The weights whose output channels they are, in the order of the model's nodes: more than one where an Add, a depthwise convolution
    /// or the like couples them.
    /// </summary>
    public required IReadOnlyList<string> Layers { get; init => field = ContentList.Of(value); }

    /// <summary>The weights that read them as input channels.</summary>
    public required IReadOnlyList<string> Readers { get; init => field = ContentList.Of(value); }

    /// <summary>How many channels there were.</summary>
    public required int Before { get; init; }

    /// <summary>How many are left.</summary>
    public int After => Kept.Count;

    /// <summary>
    /// Which channels are left: their numbers among the set's, which are those of the first layer's outputs where all of them are in the
    /// set.
    /// </summary>
    public required IReadOnlyList<int> Kept { get; init => field = ContentList.Of(value); }

    /// <summary>Why they all had to stay; empty where channels could go.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether channels could go.</summary>
    public bool IsFree => Reason.Length == 0;
}
