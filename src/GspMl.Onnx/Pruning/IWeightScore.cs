using System.Numerics;

namespace GspMl.Onnx.Pruning;

/// <summary>
/// Says how much each weight of a layer is worth keeping, as the weights w of weighted grouped sparse projection: entry
/// j competes with |c_j|/w_j. Magnitude has w = 1; an activation-aware score has w_j = 1/rms(x_j), and the saliency
/// c²/[H⁻¹]_jj of optimal brain surgeon has w_j = √[H⁻¹]_jj.
/// </summary>
internal interface IWeightScore
{
    /// <summary>One positive number for each stored element, in the stored order; null where all are 1.</summary>
    T[]? Costs<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A weight is worth its magnitude.</summary>
internal sealed class MagnitudeScore : IWeightScore
{
    public T[]? Costs<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => null;
}
