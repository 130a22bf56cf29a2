using GspMl.Onnx.Evaluation.Outputs;
using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx.Evaluation.Measures;

/// <summary>At how many places two models say the same.</summary>
internal static class PlaceAgreement
{
    /// <summary>The places whose largest value is at the same class.</summary>
    public static Estimate OfClasses(OutputTensor baseline, OutputTensor candidate, int axis)
    {
        Positions from = new(baseline, axis), to = new(candidate, axis);
        return Bootstrap.OfMean([.. Enumerable.Range(0, baseline.Rows).Select(row
            => from.Of(row).Select(place => from.Largest(row, place) == to.Largest(row, place) ? 1.0 : 0.0).DefaultIfEmpty(1).Average())]);
    }

    /// <summary>The values that lie on the same side of the threshold.</summary>
    public static Estimate OfSides(OutputTensor baseline, OutputTensor candidate, double threshold)
        => OfPlaces(baseline, candidate, (from, to) => from > threshold == to > threshold);

    /// <summary>The values that are the same.</summary>
    public static Estimate OfEqual(OutputTensor baseline, OutputTensor candidate)
        => OfPlaces(baseline, candidate, (from, to) => from == to);

    /// <summary>The values that both have over the threshold, as a part of those that either has.</summary>
    public static Estimate OverlapOver(OutputTensor baseline, OutputTensor candidate, double threshold)
        => Bootstrap.OfRatio(Count(baseline, candidate, (from, to) => from > threshold != to > threshold),
            Count(baseline, candidate, (from, to) => from > threshold || to > threshold), differing => 1 - differing);

    private static Estimate OfPlaces(OutputTensor baseline, OutputTensor candidate, Func<float, float, bool> same)
        => Bootstrap.OfMean([.. Count(baseline, candidate, same).Zip(Count(baseline, candidate, (_, _) => true),
            (count, all) => all == 0 ? 1 : count / all)]);

    private static double[] Count(OutputTensor baseline, OutputTensor candidate, Func<float, float, bool> holds)
    {
        var counts = new double[baseline.Rows];
        float[] from = baseline.Array, to = candidate.Array;
        for (var i = 0; i < from.Length; i++)
            if (holds(from[i], to[i]) && !baseline.IsFilling(i)) counts[i / baseline.RowLength]++;
        return counts;
    }
}
