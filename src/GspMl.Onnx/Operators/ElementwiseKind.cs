namespace GspMl.Onnx.Operators;

/// <summary>What an operator does element by element; operands are broadcast against each other.</summary>
internal enum ElementwiseKind
{
    /// <summary>A continuous function of real numbers, as activation functions are made of.</summary>
    Function,

    /// <summary>The sum of two operands: a bias, or a skip connection.</summary>
    Sum,

    /// <summary>Anything else: logic, comparison, rounding, and functions that are not looked through.</summary>
    Other,
}
