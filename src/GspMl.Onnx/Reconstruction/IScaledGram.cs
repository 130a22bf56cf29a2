namespace GspMl.Onnx.Reconstruction;

/// <summary>H = S⁻¹(Gram + λI)S⁻¹ of each group of filters, with a unit diagonal, as what it does to the filters' values.</summary>
internal interface IScaledGram
{
    /// <summary>V·H.</summary>
    /// <param name="values">Filters × inputs.</param>
    /// <param name="product">The same.</param>
    void Multiply(float[] values, float[] product);

    /// <summary>R·(H + ρI)⁻¹ for a ρ that is small enough to help where H is ill-conditioned, and large enough for floats. The first call
    /// factorises.</summary>
    /// <param name="residual">Filters × inputs.</param>
    /// <param name="product">The same.</param>
    void Precondition(float[] residual, float[] product);
}

/// <summary>What both forms of a scaled Gram matrix share.</summary>
internal static class ScaledGrams
{
    /// <summary>ρ of the preconditioners.</summary>
    public const float Shift = 0.2f;
}
