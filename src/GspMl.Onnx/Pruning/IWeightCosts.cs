using System.Numerics;
using GspMl.Onnx.Scores;

namespace GspMl.Onnx.Pruning;

/// <summary>
/// How much each weight of a layer is worth keeping, as the weights w of weighted grouped sparse projection: entry j competes with
/// |c_j|/w_j. Magnitude has w = 1; an activation-aware score has w_j = 1/rms(x_j), and the saliency c²/[H⁻¹]_jj of optimal brain surgeon
/// has w_j = √[H⁻¹]_jj.
/// </summary>
internal interface IWeightCosts
{
    /// <summary>One positive number for each stored element, in the stored order; null where all are 1.</summary>
    T[]? Of<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A weight is worth its magnitude.</summary>
internal sealed class UnitCosts : IWeightCosts
{
    public T[]? Of<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => null;
}

/// <summary>What a score says of a weight as it is stored.</summary>
internal sealed class StoredCosts(OnnxModel model, WeightScore score) : IWeightCosts
{
    public T[]? Of<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = new StoredLayer(model.Elements, weight);
        return [.. layer.ToStored(score.Costs(layer)).Select(T.CreateTruncating)];
    }
}
