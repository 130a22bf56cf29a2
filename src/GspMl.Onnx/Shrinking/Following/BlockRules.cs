namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Blocks of a picture as channels, and back: the places within a block stay.</summary>
internal static class BlockRules
{
    public static void DepthToSpace(FlowNode node)
    {
        var input = node.Take(0);
        var size = node.Integer("blocksize", 1);
        var channels = input.Shape[1] / (size * size);
        var isRowColumnDepth = node.Attribute("mode") is not { } mode || mode.S.ToStringUtf8() == "DCR";
        FixSpace(node, input);
        int[]? left = null;
        if (input.Axes[1] is { } labels)
        {
            var factors = isRowColumnDepth ? node.Split(labels, size * size, channels) : node.Split(labels, channels, size * size);
            node.Fix(factors[isRowColumnDepth ? 0 : 1], "makes space of it");
            left = factors[isRowColumnDepth ? 1 : 0];
        }
        node.Set(0, [input.Axes[0], channels > 1 ? left : null, null, null]);
    }

    public static void SpaceToDepth(FlowNode node)
    {
        var input = node.Take(0);
        var size = node.Integer("blocksize", 1);
        FixSpace(node, input);
        node.Set(0, [input.Axes[0], node.Merge([null, input.Axes[1]], size * size, input.Shape[1]), null, null]);
    }

    private static void FixSpace(FlowNode node, FollowedTensor input)
    {
        for (var k = 2; k < input.Rank; k++) node.Fix(input.Axes[k], "makes channels of it");
    }
}
