namespace GspMl.Onnx.Operators;

/// <summary>The operands of a product: which of them weights can be, and what is added.</summary>
/// <param name="Kind">How the operands are multiplied, and what the axes of a weight stand for.</param>
/// <param name="Weights">The operands that can be a weight.</param>
/// <param name="Bias">The operand that is added to each output channel; null where there is none.</param>
internal sealed record ProductOperands(ProductKind Kind, IReadOnlyList<int> Weights, int? Bias)
{
    /// <summary>Where the operands lie by which a quantized weight stands for numbers; null for products of real numbers.</summary>
    public QuantizedOperands? Quantization { get; init; }

    /// <summary>The operand of the result's own shape that a fused form adds; null where there is none.</summary>
    public int? Addend { get; init; }

    /// <summary>Whether least squares fit the weight to calibration data: the output is W·x, and nothing behind it is hidden.</summary>
    public bool IsRefitted { get; init; }
}

/// <summary>
/// By which operands the bytes q of a weight stand for numbers: (q − zero point) · scale, of the tensor or of each output.
/// </summary>
/// <param name="Scale">The operand of the scale; null where a later node scales, so that numbers are counted in steps.</param>
/// <param name="ZeroPoint">The operand of the zero point, which may be left out.</param>
internal sealed record QuantizedOperands(int? Scale, int ZeroPoint);

/// <summary>How the operands of a product are multiplied.</summary>
internal enum ProductKind
{
    /// <summary>A weight [O, I/g, k…] slides over the input.</summary>
    Convolution,

    /// <summary>A weight [I, O/g, k…] is laid over the output at every position of the input.</summary>
    TransposedConvolution,

    /// <summary>op(A)·op(B) of two matrices, transposed or not.</summary>
    Gemm,

    /// <summary>Matrices in the last two axes; the others are batches.</summary>
    MatMul,

    /// <summary>Weights W and R, [directions, gates × hidden, inputs], of a recurrent layer.</summary>
    Recurrent,
}
