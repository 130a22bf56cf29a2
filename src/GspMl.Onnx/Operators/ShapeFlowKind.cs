namespace GspMl.Onnx.Operators;

/// <summary>What an operator makes of tensors of integers that tell a shape.</summary>
internal enum ShapeFlowKind
{
    /// <summary>The extents of its operand's axes.</summary>
    Extents,

    /// <summary>The elements as they are.</summary>
    Same,

    /// <summary>Those of all operands, one after the other.</summary>
    Concatenation,

    /// <summary>Those that indices name.</summary>
    Picking,

    /// <summary>Those between two bounds.</summary>
    Slicing,
}
