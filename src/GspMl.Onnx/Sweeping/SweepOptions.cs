using GspMl.Collections;
using GspMl.Onnx.Collections;

namespace GspMl.Onnx;

/// <summary>What a sweep makes of a model, how far it goes, and what the models must keep.</summary>
public sealed record SweepOptions
{
    /// <summary>The curves, at least one; their amounts count the same.</summary>
    public required IReadOnlyList<SweepCurve> Curves { get; init => field = ContentList.Of(value); }

    /// <summary>How the models are judged.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>
    /// By how much the accuracy may fall, in [0,1]; null for no such limit. It holds for the low end of the 95 % interval of the paired
    /// difference (<see cref="PairedAccuracy.Interval"/>). Needs labels.
    /// </summary>
    public double? MaxAccuracyDrop { get; init; }

    /// <summary>
    /// The fraction of rows (of a map: of places) that must get the dense model's class, in [0,1]; null for no such limit. It holds for the
    /// low end of the 95 % interval.
    /// </summary>
    public double? MinAgreement { get; init; }

    /// <summary>Whether a model is searched for that keeps limits.</summary>
    public bool HasLimits => MaxAccuracyDrop is not null || MinAgreement is not null;

    /// <exception cref="ArgumentException">A property has an impossible value; the error names it.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Evaluation);
        Require.Entries(Curves);
        Evaluation.Validate();
        if (Curves.Count == 0) throw new ArgumentException($"{nameof(Curves)} is empty; there is at least one.", nameof(Curves));
        foreach (var curve in Curves) curve.Validate();
        if (Curves.DistinctBy(curve => curve.Axis).Count() > 1)
            throw new ArgumentException($"{nameof(Curves)}: zeros and multiply-accumulates are not compared in one sweep.", nameof(Curves));
        if (Curves.DistinctBy(curve => curve.Name).Count() < Curves.Count)
            throw new ArgumentException($"{nameof(Curves)}: two have one name.", nameof(Curves));
        if (MaxAccuracyDrop is { } drop) Require.Fraction(drop, nameof(MaxAccuracyDrop));
        if (MinAgreement is { } agreement) Require.Fraction(agreement, nameof(MinAgreement));
    }
}
