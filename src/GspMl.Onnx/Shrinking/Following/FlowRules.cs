namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Which rule holds for which operator (ONNX operators up to opset 22, and fused ones of ONNX Runtime).</summary>
internal static class FlowRules
{
    private static readonly HashSet<string> Elementwise =
    [
        "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cast", "Ceil", "Celu", "Clip", "Cos", "Cosh", "Dropout", "Elu", "Erf", "Exp", "Floor",
        "Gelu", "HardSigmoid", "HardSwish", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Log", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu",
        "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu", "QuickGelu", "FastGelu",
        "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean", "Mod", "PRelu", "Where", "And", "Or", "Xor", "Equal", "Greater", "GreaterOrEqual", "Less",
        "LessOrEqual",
    ];

    private static readonly HashSet<string> Pooling = ["MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"];

    private static readonly HashSet<string> Reductions =
    [
        "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp",
    ];

    /// <summary>Whether a rule covers an operator of com.microsoft.</summary>
    public static bool IsMicrosoft(string op) => op is "FusedConv" or "FusedGemm" or "FusedMatMul" or "Gelu" or "QuickGelu" or "FastGelu";

    /// <summary>Applies the operator's rule.</summary>
    /// <param name="node">The node.</param>
    /// <param name="position">Its position in the graph.</param>
    /// <exception cref="NotFollowedException">There is no rule, or it does not hold here.</exception>
    public static void Apply(FlowNode node, int position)
    {
        if (Elementwise.Contains(node.Op)) ElementwiseRules.Broadcast(node);
        else if (Pooling.Contains(node.Op)) ElementwiseRules.Spatial(node);
        else if (Reductions.Contains(node.Op)) ReductionRules.Reduce(node);
        else ApplySpecial(node, position);
    }

    private static void ApplySpecial(FlowNode node, int position)
    {
        switch (node.Op)
        {
            case "Conv" or "FusedConv": ProductRules.Convolution(node, position); break;
            case "ConvTranspose": ProductRules.TransposedConvolution(node); break;
            case "Gemm" or "FusedGemm": ProductRules.Gemm(node); break;
            case "MatMul" or "FusedMatMul": ProductRules.MatrixProduct(node); break;
            case "BatchNormalization" or "InstanceNormalization": ElementwiseRules.PerChannel(node); break;
            case "DequantizeLinear" or "QuantizeLinear": ElementwiseRules.Quantization(node); break;
            case "Softmax" or "LogSoftmax" or "Hardmax": ReductionRules.Softmax(node); break;
            case "LayerNormalization": ReductionRules.LayerNormalization(node); break;
            case "Concat": ShapeRules.Concat(node); break;
            case "Transpose": ShapeRules.Transpose(node); break;
            case "Flatten": ReshapeRules.Flatten(node); break;
            case "Reshape": ReshapeRules.Reshape(node); break;
            case "Squeeze": ShapeRules.Squeeze(node); break;
            case "Unsqueeze": ShapeRules.Unsqueeze(node); break;
            case "Resize" or "Upsample" or "Pad": ElementwiseRules.SpatialBySizes(node); break;
            case "Gather": ShapeRules.Gather(node); break;
            case "Slice": ShapeRules.Slice(node); break;
            default: throw new NotFollowedException($"{node.Name} is no operator whose channels are followed");
        }
    }
}
