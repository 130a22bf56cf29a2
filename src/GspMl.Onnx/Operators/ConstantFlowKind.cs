namespace GspMl.Onnx.Operators;

/// <summary>How an operator hands a stored tensor on: what comes out is the same elements, seen differently.</summary>
internal enum ConstantFlowKind
{
    /// <summary>It holds the tensor itself, in an attribute.</summary>
    Stored,

    /// <summary>As it is.</summary>
    Same,

    /// <summary>As other floating-point numbers.</summary>
    Cast,

    /// <summary>With its axes in another order.</summary>
    Transposition,

    /// <summary>Under another shape.</summary>
    Reshaping,

    /// <summary>Integers as the numbers that they stand for.</summary>
    Dequantization,
}
