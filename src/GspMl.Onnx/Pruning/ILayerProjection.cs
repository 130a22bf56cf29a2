using System.Numerics;
using GspMl.Onnx.Allocation;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>Decides which weights go.</summary>
internal interface ILayerProjection
{
    /// <summary>What a vector is.</summary>
    WeightGroup Vectors { get; }

    /// <summary>Whether all layers are decided together (they are then all in memory) or each alone.</summary>
    bool SpansLayers { get; }

    /// <summary>Sets the weights that go to zero, in place, so that the layers together reach the target.</summary>
    ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector,
        CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Grouped sparse projection: one multiplier for all vectors of the group (Ohib et al., TMLR 2022).</summary>
internal sealed class GroupProjection(LayerGrouping grouping) : ILayerProjection
{
    public WeightGroup Vectors => grouping.Vectors;

    public bool SpansLayers => grouping.SpansLayers;

    public ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector,
        CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vectors = new VectorGroup<T>();
        foreach (var layer in layers) layer.AddTo(vectors);
        var result = projector.Project(vectors, target, cancel);
        foreach (var layer in layers) layer.Settle();
        return result;
    }
}
