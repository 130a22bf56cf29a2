using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx;

/// <summary>How far a picture, a spectrogram, a mask or a row of vectors lies from the baseline's, over all its places.</summary>
public sealed record MapAgreement
{
    /// <summary>The error of all values.</summary>
    public required ValueError Error { get; init; }

    /// <summary>
    /// The peak signal-to-noise ratio 20·log₁₀((max b − min b) / RMS(c − b)) in dB, maximum and minimum over all of the baseline's values.
    /// Infinite for equal values; −∞ where the baseline's values are all the same and the candidate's are not.
    /// </summary>
    public required double PeakSignalToNoise { get; init; }

    /// <summary>
    /// The mean cosine of the two models' vectors: those of the places where a place has several values (channels of pictures N × C × H ×
    /// W, the last axis of N × steps × values), else each row as one vector. The interval by the bootstrap over rows.
    /// </summary>
    public required Estimate Cosine { get; init; }

    /// <summary>The axis of a row's shape along which the places' values lie; null where a row is one vector.</summary>
    public int? PlaceAxis { get; init; }

    /// <summary>
    /// The fraction of all places that a mask among the inputs says are filling, of texts of different lengths for instance; they are not
    /// compared.
    /// </summary>
    public double Filling { get; init; }

    /// <summary>
    /// The fraction of places with the same class, or the same yes or no; null where places have no classes. The interval by the bootstrap
    /// over rows, since places of one row are no independent witnesses.
    /// </summary>
    public Estimate? Agreement { get; init; }

    /// <summary>
    /// Of yes and no: the places to which both say yes as a part of those to which either does (intersection over union); 1 where neither
    /// does anywhere. Null where places are no yes or no.
    /// </summary>
    public Estimate? Overlap { get; init; }

    internal static MapAgreement Of(OutputTensor baseline, OutputTensor candidate, TaskChoice choice)
    {
        var axis = choice.ClassAxis ?? AxisOf(baseline.RowShape);
        var map = new MapAgreement
        {
            Error = ValueError.Of(baseline, candidate),
            PeakSignalToNoise = PeakRatio(baseline, candidate.Array),
            Cosine = Bootstrap.OfMean(Cosines(baseline, candidate, axis)),
            PlaceAxis = axis,
            Filling = 1 - ((double)baseline.Compared / Math.Max(1, baseline.Values.Count)),
        };
        if (baseline.IsWhole) return map with { Agreement = PlaceAgreement.OfEqual(baseline, candidate) };
        if (choice.ClassAxis is { } classes) return map with { Agreement = PlaceAgreement.OfClasses(baseline, candidate, classes) };
        return choice.Threshold is not { } threshold ? map : map with
        {
            Agreement = PlaceAgreement.OfSides(baseline, candidate, threshold),
            Overlap = PlaceAgreement.OverlapOver(baseline, candidate, threshold),
        };
    }

    /// <summary>By ONNX's convention: N × C × spatial axes, N × steps × values.</summary>
    private static int? AxisOf(IReadOnlyList<int> shape) => shape.Count switch
    {
        2 when shape[0] > 1 && shape[1] > 1 => 1,
        >= 3 when shape[0] > 1 => 0,
        _ => null,
    };

    private static double[] Cosines(OutputTensor baseline, OutputTensor candidate, int? axis)
    {
        if (axis is { } depth) return PlaceCosines.Of(new(baseline, depth), new(candidate, depth), baseline.Rows);
        var length = baseline.RowLength;
        return [.. Enumerable.Range(0, baseline.Rows).Select(row
            => VectorSums.Cosine(baseline.Array.AsSpan(row * length, length), candidate.Array.AsSpan(row * length, length)))];
    }

    private static double PeakRatio(OutputTensor baseline, float[] candidate)
    {
        var error = VectorSums.SquaredDifference(baseline.Array, candidate) / baseline.Compared;
        var spread = (double)baseline.Array.Max() - baseline.Array.Min();
        return error == 0 ? double.PositiveInfinity : 20 * Math.Log10(spread / Math.Sqrt(error));
    }
}
