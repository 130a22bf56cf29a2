namespace GspMl.Onnx.Operators;

/// <summary>Operators that put elements elsewhere, tell of shapes, or hold a tensor.</summary>
internal static class ShapeOperators
{
    public static IReadOnlyList<Operator> All { get; } =
    [
        new(OperatorDomain.Onnx, "Constant") { Constants = ConstantFlowKind.Stored },
        new(OperatorDomain.Onnx, "Shape") { Shapes = ShapeFlowKind.Extents },
        new(OperatorDomain.Onnx, "Transpose") { Channels = ChannelFlowKind.Transposition, Constants = ConstantFlowKind.Transposition },
        new(OperatorDomain.Onnx, "Reshape") { Channels = ChannelFlowKind.Reshaping, Constants = ConstantFlowKind.Reshaping },
        new(OperatorDomain.Onnx, "Flatten") { Channels = ChannelFlowKind.Flattening },
        new(OperatorDomain.Onnx, "Squeeze") { Channels = ChannelFlowKind.Squeezing, Shapes = ShapeFlowKind.Same },
        new(OperatorDomain.Onnx, "Unsqueeze") { Channels = ChannelFlowKind.Unsqueezing, Shapes = ShapeFlowKind.Same },
        new(OperatorDomain.Onnx, "Concat") { Channels = ChannelFlowKind.Concatenation, Shapes = ShapeFlowKind.Concatenation },
        new(OperatorDomain.Onnx, "Gather") { Channels = ChannelFlowKind.Picking, Shapes = ShapeFlowKind.Picking },
        new(OperatorDomain.Onnx, "Slice") { Channels = ChannelFlowKind.Slicing, Shapes = ShapeFlowKind.Slicing },
        new(OperatorDomain.Onnx, "Split") { Channels = ChannelFlowKind.Splitting },
        new(OperatorDomain.Onnx, "Expand") { Channels = ChannelFlowKind.Expansion },
        new(OperatorDomain.Onnx, "ConstantOfShape") { Channels = ChannelFlowKind.Filling },
        new(OperatorDomain.Onnx, "Tile") { Channels = ChannelFlowKind.Tiling },
        new(OperatorDomain.Onnx, "DepthToSpace") { Channels = ChannelFlowKind.DepthToSpace },
        new(OperatorDomain.Onnx, "SpaceToDepth") { Channels = ChannelFlowKind.SpaceToDepth },
        new(OperatorDomain.Onnx, "Resize") { Channels = ChannelFlowKind.Resizing },
        new(OperatorDomain.Onnx, "Upsample") { Channels = ChannelFlowKind.Resizing },
        new(OperatorDomain.Onnx, "Pad") { Channels = ChannelFlowKind.Padding },
    ];
}
