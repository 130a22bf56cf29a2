namespace GspMl.Onnx;

/// <summary>Channels that the same layers put out, and what became of them.</summary>
/// <param name="Layers">The weights whose output channels they are, in the order of the model's nodes: more than one where an Add, a depthwise convolution or the like couples them.</param>
/// <param name="Readers">The weights that read them as input channels.</param>
/// <param name="Before">How many channels there were.</param>
/// <param name="After">How many are left.</param>
/// <param name="Reason">Why they all had to stay; empty where channels could go.</param>
public sealed record ChannelSet(IReadOnlyList<string> Layers, IReadOnlyList<string> Readers, int Before, int After, string Reason)
{
    /// <summary>Which channels are left: their numbers among the set's, which are those of the first layer's outputs where all of them are in the set.</summary>
    public IReadOnlyList<int> Kept { get; init; } = [];

    /// <summary>Whether channels could go.</summary>
    public bool IsFree => Reason.Length == 0;
}
