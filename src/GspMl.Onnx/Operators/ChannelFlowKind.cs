namespace GspMl.Onnx.Operators;

/// <summary>How the channels of a result come of those of the operands.</summary>
internal enum ChannelFlowKind
{
    /// <summary>Operands are broadcast against each other: axes of more than one position go together.</summary>
    Broadcast,

    /// <summary>Axis 1 stays what it is; those behind it are pooled.</summary>
    Pooling,

    /// <summary>Axis 1 goes together with every further operand, which holds one number for each of its positions.</summary>
    PerChannel,

    /// <summary>All axes stay; scales and zero points may go along one of them.</summary>
    Quantization,

    /// <summary>Weight [O, I/g, k…]: O comes out, I goes with axis 1 of the input.</summary>
    Convolution,

    /// <summary>Weight [I, O/g, k…].</summary>
    TransposedConvolution,

    /// <summary>op(A)·op(B) + C.</summary>
    Gemm,

    /// <summary>Matrices in the last two axes.</summary>
    MatrixProduct,

    /// <summary>Reduced axes stay, the others pass.</summary>
    Reduction,

    /// <summary>The axis that is normalised over stays (before opset 13 all from it on), the others pass.</summary>
    Softmax,

    /// <summary>All axes from the given one on stay, the others pass.</summary>
    LayerNormalization,

    /// <summary>Channels one after the other along an axis.</summary>
    Concatenation,

    /// <summary>Axes in another order.</summary>
    Transposition,

    /// <summary>Two axes, of what lies before and behind the given one.</summary>
    Flattening,

    /// <summary>The same elements under a shape that an operand names.</summary>
    Reshaping,

    /// <summary>Axes of one position go.</summary>
    Squeezing,

    /// <summary>Axes of one position come.</summary>
    Unsqueezing,

    /// <summary>Axes change their length by scales or sizes.</summary>
    Resizing,

    /// <summary>Axes change their length by pads.</summary>
    Padding,

    /// <summary>Positions of an axis are picked by indices.</summary>
    Picking,

    /// <summary>Axes are cut between bounds.</summary>
    Slicing,

    /// <summary>Parts of an axis, one after the other.</summary>
    Splitting,

    /// <summary>Axes of one position become longer.</summary>
    Expansion,

    /// <summary>Copies of an axis, one after the other.</summary>
    Tiling,

    /// <summary>Axis 1 becomes blocks of the axes behind it.</summary>
    DepthToSpace,

    /// <summary>Blocks of the axes behind axis 1 become part of it.</summary>
    SpaceToDepth,

    /// <summary>One number at every position of a shape that an operand names.</summary>
    Filling,

    /// <summary>Axis 1 is one of groups and one within them, which stays with all that is normalised with it.</summary>
    GroupNormalization,

    /// <summary>The last axis of a sum of operands stays, the others pass.</summary>
    SkipNormalization,

    /// <summary>Hidden units, in all gates alike.</summary>
    Recurrence,

    /// <summary>Heads of queries, keys and values, and their features.</summary>
    Attention,

    /// <summary>The same, made in the node of one input.</summary>
    SelfAttention,
}
