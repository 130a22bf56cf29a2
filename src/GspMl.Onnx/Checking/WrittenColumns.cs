using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Checking;

/// <summary>
/// The layers of a model that are written as column sets already: a Gather of channels, and products for each block of filters.
/// </summary>
internal sealed class WrittenColumns
{
    private readonly Dictionary<string, NodeProto> producers = [];
    private readonly Dictionary<string, TensorProto> initializers = [];
    private readonly Dictionary<string, (long Blocks, long Kept)> found = [];

    public WrittenColumns(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) initializers[tensor.Name] = tensor;
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output) producers[output] = node;
            Look(node);
        }
    }

    /// <summary>How many blocks a layer has, and how many channels each reads; null for a layer that is not written so.</summary>
    public (long Blocks, long Kept)? Of(PrunableWeight weight) => found.TryGetValue(weight.Name, out var sets) ? sets : null;

    private void Look(NodeProto node)
    {
        if (OperatorTable.Of(node)?.Product is not { } product || node.Input.Count < 2) return;
        if (!initializers.TryGetValue(node.Input[1], out var weight)) return;
        var sets = product.Kind == ProductKind.Convolution ? Convolution(node, weight) : Stack(node, weight);
        if (sets is { } columns) found[weight.Name] = columns;
    }

    /// <summary><c>Gather → Conv(group = blocks)</c>, each group's channels among those gathered.</summary>
    private (long Blocks, long Kept)? Convolution(NodeProto node, TensorProto weight)
    {
        var (blocks, kept) = (ColumnNodes.Groups(node), weight.Dims.ElementAtOrDefault(1));
        return Channels(node.Input[0]) is { Dims: [var count] } && count == blocks * kept ? (blocks, kept) : null;
    }

    /// <summary><c>Gather → Transpose → MatMul</c> of a stack of matrices, one for each block.</summary>
    private (long Blocks, long Kept)? Stack(NodeProto node, TensorProto weight)
        => producers.TryGetValue(node.Input[0], out var stacked) && ColumnNodes.IsTranspose(stacked)
            && Channels(stacked.Input.FirstOrDefault("")) is { Dims: [var blocks, var kept] } && weight.Dims.Count >= 3
            && weight.Dims[0] == blocks && weight.Dims[^2] == kept ? (blocks, kept) : null;

    private TensorProto? Channels(string tensor)
        => producers.TryGetValue(tensor, out var node) && ColumnNodes.ChannelsOf(node) is { } name
            ? initializers.GetValueOrDefault(name) : null;
}
