namespace GspMl.Onnx;

/// <summary>How often two models give the same class.</summary>
public sealed record ClassAgreement
{
    /// <summary>Rows compared.</summary>
    public required int Rows { get; init; }

    /// <summary>Those to which both give the same class.</summary>
    public required int Same { get; init; }

    /// <summary>How many classes the baseline gives to these rows; where it is one, agreement says little.</summary>
    public required int ClassesSeen { get; init; }

    /// <summary>The fraction of rows of the same class; the interval is Wilson's score interval.</summary>
    public Estimate Agreement => new((double)Same / Rows, Interval.OfFraction(Same, Rows));

    internal static ClassAgreement Of(IReadOnlyList<int> baseline, IReadOnlyList<int> candidate) => new()
    {
        Rows = baseline.Count,
        Same = baseline.Zip(candidate).Count(pair => pair.First == pair.Second),
        ClassesSeen = baseline.Distinct().Count(),
    };
}
