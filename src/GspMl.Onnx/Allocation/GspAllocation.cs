namespace GspMl.Onnx.Allocation;

/// <summary>The projection itself shares the sparsity out, over the vectors of the group that is asked for.</summary>
internal sealed class GspAllocation : SparsityAllocation
{
    public override string Name => nameof(Gsp);

    internal override bool TakesGroup => true;

    internal override LayerGrouping Grouping(WeightGroup group) => LayerGrouping.Of(group);
}

/// <summary>The projection shares it out over the layers, each in coordinates of its own scale.</summary>
internal sealed class GspScaledAllocation : SparsityAllocation
{
    public override string Name => nameof(GspScaled);

    internal override bool IsScaled => true;

    internal override LayerGrouping Grouping(WeightGroup group) => LayerGrouping.Of(WeightGroup.Layer);
}
