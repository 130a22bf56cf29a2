namespace GspMl.Onnx;

/// <summary>What one vector is, and which vectors share one sparsity target.</summary>
public enum WeightGroup
{
    /// <summary>A layer's output filters are the vectors, the layer is the group.</summary>
    Filter,

    /// <summary>
    /// A layer's convolution kernels are the vectors, the layer is the group. Weights without kernel positions are left alone.
    /// </summary>
    Kernel,

    /// <summary>A layer's input channels are the vectors, the layer is the group.</summary>
    Input,

    /// <summary>Each layer is one vector, the model is the group.</summary>
    Layer,

    /// <summary>Every output filter of the model is a vector, the model is the group.</summary>
    FilterInModel,
}
