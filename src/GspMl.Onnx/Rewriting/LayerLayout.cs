namespace GspMl.Onnx;

/// <summary>How a layer is written.</summary>
public enum LayerLayout
{
    /// <summary>As it was.</summary>
    Dense,

    /// <summary>A convolution: <c>Gather(axis 1) → Conv(group = blocks)</c>.</summary>
    GroupedConvolution,

    /// <summary>
    /// A linear layer: <c>Transpose → Gather → Conv 1×1 grouped → Transpose</c>, the transposes once along a chain of layers with
    /// elementwise operators between.
    /// </summary>
    Transposed,

    /// <summary>The same for inputs of three axes or more, with the positions of all rows as one row's.</summary>
    Flattened,

    /// <summary>A linear layer of few rows: <c>Gather → MatMul</c> of a stack of matrices, one for each block.</summary>
    Batched,
}
