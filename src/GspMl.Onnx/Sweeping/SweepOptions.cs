using GspMl.Collections;
using GspMl.Onnx.Collections;

namespace GspMl.Onnx;

/// <summary>What a sweep prunes, to which levels, and what the models must keep.</summary>
public sealed record SweepOptions
{
    /// <summary>How each model is pruned; its target is replaced by each of <see cref="Zeros"/>.</summary>
    public required PruningOptions Pruning { get; init; }

    /// <summary>The fractions of zeros to try, ascending, each in [0,1].</summary>
    public required IReadOnlyList<double> Zeros { get; init => field = ContentList.Of(value); }

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
        ArgumentNullException.ThrowIfNull(Pruning);
        ArgumentNullException.ThrowIfNull(Evaluation);
        ArgumentNullException.ThrowIfNull(Zeros);
        Evaluation.Validate();
        if (Zeros.Count == 0) throw new ArgumentException($"{nameof(Zeros)} is empty; there is at least one level.", nameof(Zeros));
        for (var i = 0; i < Zeros.Count; i++)
        {
            Require.Fraction(Zeros[i], $"{nameof(Zeros)}[{i}]");
            if (i > 0 && Zeros[i] <= Zeros[i - 1])
                throw new ArgumentException($"{nameof(Zeros)}[{i}] is {Zeros[i]}, not more than {Zeros[i - 1]} before it; levels rise.",
                    nameof(Zeros));
        }
        if (MaxAccuracyDrop is { } drop) Require.Fraction(drop, nameof(MaxAccuracyDrop));
        if (MinAgreement is { } agreement) Require.Fraction(agreement, nameof(MinAgreement));
    }
}
