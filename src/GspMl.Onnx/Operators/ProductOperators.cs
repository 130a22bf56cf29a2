namespace GspMl.Onnx.Operators;

/// <summary>Products of an input with a weight, and the fused forms of ONNX Runtime.</summary>
internal static class ProductOperators
{
    private static readonly Operator Conv = new(OperatorDomain.Onnx, "Conv")
    {
        Product = new(ProductKind.Convolution, [1], Bias: 2) { IsRefitted = true },
        Channels = ChannelFlowKind.Convolution,
    };

    private static readonly Operator ConvTranspose = new(OperatorDomain.Onnx, "ConvTranspose")
    {
        Product = new(ProductKind.TransposedConvolution, [1], Bias: 2),
        Channels = ChannelFlowKind.TransposedConvolution,
    };

    private static readonly Operator Gemm = new(OperatorDomain.Onnx, "Gemm")
    {
        Product = new(ProductKind.Gemm, [0, 1], Bias: 2) { IsRefitted = true },
        Channels = ChannelFlowKind.Gemm,
    };

    private static readonly Operator MatMul = new(OperatorDomain.Onnx, "MatMul")
    {
        Product = new(ProductKind.MatMul, [0, 1], Bias: null) { IsRefitted = true },
        Channels = ChannelFlowKind.MatrixProduct,
    };

    public static IReadOnlyList<Operator> All { get; } =
    [
        Conv, ConvTranspose, Gemm, MatMul,
        .. RecurrentOperators.All,
        Fused("FusedConv", Conv, addend: 3), Fused("FusedGemm", Gemm), Fused("FusedMatMul", MatMul),
        Quantized("ConvInteger", Conv, weight: 1, new(Scale: null, ZeroPoint: 3)),
        Quantized("MatMulInteger", MatMul, weight: 1, new(Scale: null, ZeroPoint: 3)),
        Quantized("QLinearConv", Conv, weight: 3, new(Scale: 4, ZeroPoint: 5), bias: 8),
        Quantized("QLinearMatMul", MatMul, weight: 3, new(Scale: 4, ZeroPoint: 5)),
        Quantized("QGemm", Gemm, weight: 3, new(Scale: 4, ZeroPoint: 5), bias: 6, OperatorDomain.Microsoft),
        Quantized("MatMulIntegerToFloat", MatMul, weight: 1, new(Scale: 3, ZeroPoint: 5), bias: 6, OperatorDomain.Microsoft),
        Quantized("DynamicQuantizeMatMul", MatMul, weight: 1, new(Scale: 2, ZeroPoint: 3), bias: 4, OperatorDomain.Microsoft),
    ];

    /// <summary>Bytes times bytes.</summary>
    private static Operator Quantized(string name, Operator real, int weight, QuantizedOperands quantization, int? bias = null,
        string domain = OperatorDomain.Onnx)
        => new(domain, name) { Product = new(real.Product!.Kind, [weight], bias) { Quantization = quantization } };

    private static Operator Fused(string name, Operator standard, int? addend = null) => new(OperatorDomain.Microsoft, name)
    {
        FusedFormOf = standard,
        Product = standard.Product! with { IsRefitted = false, Addend = addend },
        Channels = standard.Channels,
    };
}
