namespace GspMl.Onnx.Operators;

/// <summary>Operators that normalise or rescale, channel by channel or over axes.</summary>
internal static class NormalizationOperators
{
    public static IReadOnlyList<Operator> All { get; } =
    [
        new(OperatorDomain.Onnx, "BatchNormalization")
        {
            Normalization = new(Scale: 1, Shift: 2, Mean: 3, Variance: 4),
            Channels = ChannelFlowKind.PerChannel,
        },
        new(OperatorDomain.Onnx, "InstanceNormalization") { Channels = ChannelFlowKind.PerChannel },
        new(OperatorDomain.Onnx, "LayerNormalization") { Channels = ChannelFlowKind.LayerNormalization },
        new(OperatorDomain.Onnx, "RMSNormalization") { Channels = ChannelFlowKind.LayerNormalization },
        new(OperatorDomain.Onnx, "SimplifiedLayerNormalization") { Channels = ChannelFlowKind.LayerNormalization },
        new(OperatorDomain.Microsoft, "SkipLayerNormalization") { Channels = ChannelFlowKind.SkipNormalization },
        new(OperatorDomain.Microsoft, "SkipSimplifiedLayerNormalization") { Channels = ChannelFlowKind.SkipNormalization },
        new(OperatorDomain.Onnx, "GroupNormalization") { Channels = ChannelFlowKind.GroupNormalization },
        new(OperatorDomain.Onnx, "QuantizeLinear") { Channels = ChannelFlowKind.Quantization },
        new(OperatorDomain.Onnx, "DequantizeLinear")
        {
            Channels = ChannelFlowKind.Quantization,
            Constants = ConstantFlowKind.Dequantization,
        },
    ];
}
