namespace GspMl.Onnx.Allocation;

/// <summary>What the projection's vectors are, and whether one multiplier holds for all layers.</summary>
/// <param name="Vectors">What a vector is.</param>
/// <param name="SpansLayers">Whether all layers are decided together or each alone.</param>
internal readonly record struct LayerGrouping(WeightGroup Vectors, bool SpansLayers)
{
    /// <summary>As a group says.</summary>
    public static LayerGrouping Of(WeightGroup group) => new(group, group is WeightGroup.Layer or WeightGroup.FilterInModel);

    /// <summary>Each layer is a vector and a group of its own.</summary>
    public static LayerGrouping Alone { get; } = new(WeightGroup.Layer, false);
}
