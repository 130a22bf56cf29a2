using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx;

/// <summary>How often two models give the same class.</summary>
public sealed record ClassAgreement
{
    /// <summary>Rows compared.</summary>
    public required int Rows { get; init; }

    /// <summary>Those to which both give the same class.</summary>
    public required int Same { get; init; }

    /// <summary>Rows without a class, since a value of the baseline or the candidate is NaN; none of them counts as the same.</summary>
    public int WithoutClass { get; init; }

    /// <summary>How many classes the baseline gives to these rows; where it is one, agreement says little.</summary>
    public required int ClassesSeen { get; init; }

    /// <summary>The fraction of rows of the same class; the interval is Wilson's score interval.</summary>
    public Estimate Agreement => new((double)Same / Rows, Interval.OfFraction(Same, Rows));

    internal static ClassAgreement Of(IReadOnlyList<int> baseline, IReadOnlyList<int> candidate) => new()
    {
        Rows = baseline.Count,
        Same = baseline.Zip(candidate).Count(pair => ClassReading.AreSame(pair.First, pair.Second)),
        WithoutClass = baseline.Zip(candidate).Count(pair => pair.First == ClassReading.None || pair.Second == ClassReading.None),
        ClassesSeen = baseline.Distinct().Count(),
    };
}
