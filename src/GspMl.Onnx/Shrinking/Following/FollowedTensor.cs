namespace GspMl.Onnx.Shrinking.Following;

/// <summary>A tensor of the graph with what is known of its axes.</summary>
/// <param name="Shape">Its shape in one run of the model.</param>
/// <param name="Axes">For each axis a label for each position; null where the axis has one position, or channels are not followed along
/// it.</param>
/// <param name="Origin">What made it, for messages.</param>
internal sealed record FollowedTensor(IReadOnlyList<long> Shape, IReadOnlyList<int[]?> Axes, string Origin)
{
    public int Rank => Shape.Count;

    /// <summary>A tensor none of whose axes is followed.</summary>
    public static FollowedTensor Plain(IReadOnlyList<long> shape, string origin) => new(shape, new int[]?[shape.Count], origin);
}

/// <summary>A layer: a product with a constant weight.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Weight">The weight's place among the model's weights; null where it is none that can be read.</param>
/// <param name="Outputs">Labels of its output channels.</param>
/// <param name="Inputs">Labels of its input channels, within a group; null where they are not followed.</param>
internal sealed record FollowedLayer(string Node, PrunableWeight? Weight, int[]? Outputs, int[]? Inputs)
{
    public string Name => Weight?.Name ?? Node;
}

/// <summary>
/// Multiply-accumulates of a node: the product of the extents that no channel changes and of the axes that shrink with channels.
/// </summary>
internal sealed record FollowedProduct(double Constant, IReadOnlyList<int[]> Axes);
