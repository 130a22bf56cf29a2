using System.Numerics;

namespace GspMl.Onnx.Pruning;

/// <summary>Costs that were found on calibration data, and others for layers that could not be calibrated.</summary>
/// <param name="costs">For each calibrated weight one cost for every stored element.</param>
/// <param name="others">The costs of other layers.</param>
internal sealed class CalibratedCosts(IReadOnlyDictionary<PrunableWeight, double[]> costs, IWeightCosts others) : IWeightCosts
{
    public T[]? Of<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => costs.TryGetValue(weight, out var stored) ? [.. stored.Select(T.CreateChecked)] : others.Of<T>(weight);
}
