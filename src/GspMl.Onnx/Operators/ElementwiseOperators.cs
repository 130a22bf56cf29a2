namespace GspMl.Onnx.Operators;

/// <summary>Operators that work element by element.</summary>
internal static class ElementwiseOperators
{
    private static readonly string[] Functions =
    [
        "Abs", "Celu", "Clip", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log", "Mish", "Neg", "Relu", "Selu",
        "Sigmoid", "Softplus", "Softsign", "Sqrt", "Swish", "Tanh", "ThresholdedRelu",
        "Sub", "Mul", "Div", "Pow", "Min", "Max",
    ];

    private static readonly string[] Others =
    [
        "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Dropout", "Floor", "IsInf", "IsNaN", "Not", "Reciprocal",
        "Round", "Shrink", "Sign", "Sin", "Sinh", "Tan",
        "Sum", "Mean", "Mod", "PRelu", "Where", "And", "Or", "Xor", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual",
    ];

    /// <summary>Hands its operand on.</summary>
    public static Operator Identity { get; } = new(OperatorDomain.Onnx, "Identity")
    {
        Elementwise = ElementwiseKind.Function,
        Channels = ChannelFlowKind.Broadcast,
        Shapes = ShapeFlowKind.Same,
        Constants = ConstantFlowKind.Same,
    };

    private static readonly Operator Cast = new(OperatorDomain.Onnx, "Cast")
    {
        Elementwise = ElementwiseKind.Other,
        Channels = ChannelFlowKind.Broadcast,
        Shapes = ShapeFlowKind.Same,
        Constants = ConstantFlowKind.Cast,
    };

    public static IReadOnlyList<Operator> All { get; } =
    [
        Identity, Cast, Of("Add", ElementwiseKind.Sum),
        .. Functions.Select(name => Of(name, ElementwiseKind.Function)),
        .. Others.Select(name => Of(name, ElementwiseKind.Other)),
        Of("Gelu", ElementwiseKind.Function, OperatorDomain.Microsoft),
        Of("QuickGelu", ElementwiseKind.Other, OperatorDomain.Microsoft),
        Of("FastGelu", ElementwiseKind.Other, OperatorDomain.Microsoft),
    ];

    private static Operator Of(string name, ElementwiseKind kind, string domain = OperatorDomain.Onnx)
        => new(domain, name)
        {
            Elementwise = kind,
            Channels = ChannelFlowKind.Broadcast,
            Ending = EndingOf(name),
            Scales = name is "Mul" or "Div",
        };

    private static OutputEnding? EndingOf(string name) => name switch
    {
        "Sigmoid" or "HardSigmoid" => OutputEnding.Probability,
        "Relu" => OutputEnding.Rectified,
        _ => null,
    };
}
