using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>Channels of one set that lie along a tensor, and all that goes with them or holds them.</summary>
public sealed record ChannelTrace
{
    /// <summary>How many channels of the set lie there.</summary>
    public required int Channels { get; init; }

    /// <summary>The weights whose output channels they are.</summary>
    public required IReadOnlyList<string> Layers { get; init => field = ContentList.Of(value); }

    /// <summary>The weights that read them as input channels.</summary>
    public required IReadOnlyList<string> Readers { get; init => field = ContentList.Of(value); }

    /// <summary>The stored tensors and the nodes' outputs along which they lie, stored ones first, in the order of the model.</summary>
    public required IReadOnlyList<string> Tensors { get; init => field = ContentList.Of(value); }

    /// <summary>Why they stay; empty where they can go.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether they can go.</summary>
    public bool IsFree => Reason.Length == 0;
}
