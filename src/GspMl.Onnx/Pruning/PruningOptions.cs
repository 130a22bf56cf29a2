using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>What one vector is, and which vectors share one sparsity target.</summary>
public enum WeightGroup
{
    /// <summary>A layer's output filters are the vectors, the layer is the group.</summary>
    Filter,

    /// <summary>A layer's convolution kernels are the vectors, the layer is the group. Weights without kernel positions are left alone.</summary>
    Kernel,

    /// <summary>A layer's input channels are the vectors, the layer is the group.</summary>
    Input,

    /// <summary>Each layer is one vector, the model is the group.</summary>
    Layer,

    /// <summary>Every output filter of the model is a vector, the model is the group.</summary>
    FilterInModel,
}

/// <summary>How sparsity is spread over the layers and their vectors.</summary>
public enum SparsityAllocation
{
    /// <summary>Grouped sparse projection on the chosen <see cref="WeightGroup"/>: one multiplier for each group (Ohib et al., TMLR 2022).</summary>
    Gsp,

    /// <summary>Each layer is one vector and reaches the target alone: with a fraction of zeros, uniform magnitude pruning.</summary>
    Uniform,
}

/// <summary>What the weights that stay hold.</summary>
public enum WeightValues
{
    /// <summary>The projection's own values.</summary>
    Projected,

    /// <summary>The values they had, to the bit: the projection only chooses the support.</summary>
    Original,
}

/// <summary>A target for the layers that a pattern matches; each of them is then a group of its own.</summary>
/// <param name="Pattern">A glob over weight and node names: <c>*</c> for any characters, <c>?</c> for one.</param>
/// <param name="Target">What these layers are to reach.</param>
public sealed record LayerTarget(string Pattern, SparsityTarget Target);

/// <summary>What to prune, and how.</summary>
public sealed record PruningOptions
{
    /// <summary>What each group is to reach.</summary>
    public required SparsityTarget Target { get; init; }

    /// <summary>What the vectors and the groups are.</summary>
    public WeightGroup Group { get; init; } = WeightGroup.Filter;

    /// <summary>How sparsity is spread.</summary>
    public SparsityAllocation Allocation { get; init; } = SparsityAllocation.Gsp;

    /// <summary>What the weights that stay hold.</summary>
    public WeightValues Values { get; init; } = WeightValues.Projected;

    /// <summary>Globs: only weights that match one are pruned. Empty: all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Globs: weights that match one are left alone.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Targets of their own for some layers; the last pattern that matches counts.</summary>
    public IReadOnlyList<LayerTarget> LayerTargets { get; init; } = [];

    /// <summary>The most threads to use; 0 means one for each processor.</summary>
    public int MaxThreads { get; init; }
}
