using System.Numerics;
using GspMl.Onnx.Pruning;

namespace GspMl.Onnx.Scores;

/// <summary>Scores that were found on calibration data; layers that could not be calibrated are scored by magnitude.</summary>
/// <param name="costs">For each calibrated weight one cost for every stored element.</param>
internal sealed class CalibratedScore(IReadOnlyDictionary<PrunableWeight, double[]> costs) : IWeightScore
{
    public T[]? Costs<T>(PrunableWeight weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!costs.TryGetValue(weight, out var stored)) return null;
        // In units of the largest: projection depends on ratios alone, and float must hold them.
        var largest = stored.Max();
        return [.. stored.Select(cost => T.CreateChecked(cost / largest))];
    }
}
