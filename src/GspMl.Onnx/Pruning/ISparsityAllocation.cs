using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>Decides which weights go: the choice between grouped sparse projection, uniform sparsity and others.</summary>
internal interface ISparsityAllocation
{
    /// <summary>What a vector is.</summary>
    WeightGroup Vectors { get; }

    /// <summary>Whether all layers are decided together (they are then all in memory) or each alone.</summary>
    bool SpansLayers { get; }

    /// <summary>Sets the weights that go to zero, in place, so that the layers together reach the target.</summary>
    ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Grouped sparse projection: one multiplier for all vectors of the group (Ohib et al., TMLR 2022).</summary>
internal sealed class GspAllocation(WeightGroup group) : ISparsityAllocation
{
    public WeightGroup Vectors => group;

    public bool SpansLayers => group is WeightGroup.Layer or WeightGroup.FilterInModel;

    public ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vectors = new VectorGroup<T>();
        foreach (var layer in layers) layer.AddTo(vectors);
        var result = projector.Project(vectors, target, cancel);
        foreach (var layer in layers) layer.Settle();
        return result;
    }
}

/// <summary>Each layer is one vector and a group of its own: every layer reaches the target by its largest magnitudes.</summary>
internal sealed class UniformAllocation : ISparsityAllocation
{
    private readonly GspAllocation alone = new(WeightGroup.Layer);

    public WeightGroup Vectors => WeightGroup.Layer;

    public bool SpansLayers => false;

    public ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => alone.Prune(layers, target, projector, cancel);
}
