using System.Numerics;

namespace GspMl.Onnx.Pruning;

/// <summary>Scores that were found on calibration data; layers that could not be calibrated are scored by magnitude.</summary>
/// <param name="costs">For each calibrated weight one cost for every stored element.</param>
internal sealed class CalibratedScore(IReadOnlyDictionary<PrunableWeight, double[]> costs) : IWeightScore
{
    public T[]? Costs<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => costs.TryGetValue(weight, out var stored) ? [.. stored.Select(T.CreateChecked)] : null;
}
