using GspMl.Onnx.Collections;

namespace GspMl.Onnx;

/// <summary>How weights are stored.</summary>
public enum WeightStorage
{
    /// <summary>As they were: only their bytes change.</summary>
    Dense,

    /// <summary>As sparse_initializer (COO) where that is smaller and ONNX Runtime computes the same from it.</summary>
    Sparse,
}

/// <summary>How a model is written.</summary>
public sealed record SaveOptions
{
    /// <summary>How pruned weights are stored.</summary>
    public WeightStorage Storage { get; init; } = WeightStorage.Dense;

    /// <summary>Whether ONNX Runtime must load the model before it replaces anything. Needs a native ONNX Runtime package.</summary>
    public bool CheckLoads { get; init; } = true;

    /// <exception cref="ArgumentOutOfRangeException">There is no such storage.</exception>
    internal void Validate() => Require.Defined(Storage);
}
