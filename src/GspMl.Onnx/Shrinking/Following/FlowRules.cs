using System.Collections.Frozen;
using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>The rule for each kind of flow; which operator is of which kind stands in <see cref="OperatorTable"/>.</summary>
internal static class FlowRules
{
    private static readonly FrozenDictionary<ChannelFlowKind, Action<FlowNode>> Rules = new Dictionary<ChannelFlowKind, Action<FlowNode>>
    {
        [ChannelFlowKind.Broadcast] = ElementwiseRules.Broadcast,
        [ChannelFlowKind.Pooling] = ElementwiseRules.Spatial,
        [ChannelFlowKind.PerChannel] = ElementwiseRules.PerChannel,
        [ChannelFlowKind.Quantization] = ElementwiseRules.Quantization,
        [ChannelFlowKind.Resizing] = ResizingRules.Resize,
        [ChannelFlowKind.Padding] = ResizingRules.Pad,
        [ChannelFlowKind.Convolution] = ProductRules.Convolution,
        [ChannelFlowKind.TransposedConvolution] = ProductRules.TransposedConvolution,
        [ChannelFlowKind.Gemm] = ProductRules.Gemm,
        [ChannelFlowKind.MatrixProduct] = ProductRules.MatrixProduct,
        [ChannelFlowKind.Reduction] = ReductionRules.Reduce,
        [ChannelFlowKind.Softmax] = ReductionRules.Softmax,
        [ChannelFlowKind.LayerNormalization] = ReductionRules.LayerNormalization,
        [ChannelFlowKind.Concatenation] = ShapeRules.Concat,
        [ChannelFlowKind.Transposition] = ShapeRules.Transpose,
        [ChannelFlowKind.Flattening] = ReshapeRules.Flatten,
        [ChannelFlowKind.Reshaping] = ReshapeRules.Reshape,
        [ChannelFlowKind.Squeezing] = ShapeRules.Squeeze,
        [ChannelFlowKind.Unsqueezing] = ShapeRules.Unsqueeze,
        [ChannelFlowKind.Picking] = PickingRules.Gather,
        [ChannelFlowKind.Slicing] = PickingRules.Slice,
        [ChannelFlowKind.Splitting] = PickingRules.Split,
        [ChannelFlowKind.Expansion] = RepeatingRules.Expand,
        [ChannelFlowKind.Tiling] = RepeatingRules.Tile,
        [ChannelFlowKind.DepthToSpace] = BlockRules.DepthToSpace,
        [ChannelFlowKind.SpaceToDepth] = BlockRules.SpaceToDepth,
        [ChannelFlowKind.Filling] = RepeatingRules.Fill,
        [ChannelFlowKind.GroupNormalization] = GroupRules.Normalize,
        [ChannelFlowKind.SkipNormalization] = ReductionRules.SkipNormalization,
        [ChannelFlowKind.Recurrence] = RecurrentRules.Recur,
        [ChannelFlowKind.Attention] = AttentionRules.Attend,
        [ChannelFlowKind.SelfAttention] = AttentionRules.AttendToItself,
    }.ToFrozenDictionary();

    /// <summary>The kinds that have a rule.</summary>
    public static IEnumerable<ChannelFlowKind> Kinds => Rules.Keys;

    /// <summary>Applies the rule of the node's operator.</summary>
    /// <exception cref="NotFollowedException">There is no rule, or it does not hold here.</exception>
    public static void Apply(FlowNode node)
    {
        if (node.Operator?.Channels is { } kind) Rules[kind](node);
        else throw new NotFollowedException($"{node.Name} is no operator whose channels are followed");
    }
}
