namespace GspMl.Onnx.Operators;

/// <summary>
/// What GspMl knows of an operator: facts, each of them read by those who work with it. Null means that nothing is known, so that what has
/// to know it leaves the node alone. Compared by identity.
/// </summary>
/// <param name="domain">Its domain, as <see cref="OperatorDomain"/> writes it.</param>
/// <param name="name">Its name, as nodes bear it.</param>
internal sealed class Operator(string domain, string name)
{
    public string Domain { get; } = domain;

    public string Name { get; } = name;

    /// <summary>The operator of ONNX that this one is with something added before or behind; null for one that is no fused form.</summary>
    public Operator? FusedFormOf { get; init; }

    /// <summary>The operator of ONNX whose operands these are: itself, unless it is a fused form.</summary>
    public Operator Standard => FusedFormOf ?? this;

    /// <summary>Which operands are multiplied; null where it is no product of an input with a weight.</summary>
    public ProductOperands? Product { get; init; }

    /// <summary>Which operands normalise each channel by stored statistics; null for another.</summary>
    public NormalizationOperands? Normalization { get; init; }

    /// <summary>Where the operands of attention lie; null where it is none.</summary>
    public AttentionOperands? Attention { get; init; }

    /// <summary>What it does element by element; null where an element of the result depends on several of an operand.</summary>
    public ElementwiseKind? Elementwise { get; init; }

    /// <summary>Whether it is a continuous function of real numbers, element by element: activation functions are made of such.</summary>
    public bool IsActivation => Elementwise is ElementwiseKind.Function or ElementwiseKind.Sum;

    /// <summary>Whether the first operand times a number, or by it, is what comes out where the second is that number.</summary>
    public bool Scales { get; init; }

    /// <summary>How the result's channels come of its operands'; null where they are not followed through it.</summary>
    public ChannelFlowKind? Channels { get; init; }

    /// <summary>What it makes of integers that tell a shape; null where they are not followed through it.</summary>
    public ShapeFlowKind? Shapes { get; init; }

    /// <summary>How it hands a stored tensor on; null where what comes out is another tensor.</summary>
    public ConstantFlowKind? Constants { get; init; }

    /// <summary>What its results tell of an output that they become; null where nothing.</summary>
    public OutputEnding? Ending { get; init; }

    public override string ToString() => Name;
}
