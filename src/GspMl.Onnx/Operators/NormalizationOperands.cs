namespace GspMl.Onnx.Operators;

/// <summary>The operands of (x − mean) / √(variance + ε) · scale + shift, each one number for each channel; x is operand 0.</summary>
internal sealed record NormalizationOperands(int Scale, int Shift, int Mean, int Variance)
{
    /// <summary>The attribute that holds ε.</summary>
    public const string EpsilonAttribute = "epsilon";

    /// <summary>ε where the attribute is absent.</summary>
    public const float DefaultEpsilon = 1e-5f;
}
