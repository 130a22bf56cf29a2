using MathNet.Numerics.Distributions;

namespace GspMl.Onnx;

/// <summary>
/// Two models' answers to the same labelled rows. Rows that both get right or both get wrong say nothing about their difference; those that
/// one of them lost or gained do.
/// </summary>
/// <param name="BothRight">Rows that both classify rightly.</param>
/// <param name="Lost">Rows that only the baseline classifies rightly.</param>
/// <param name="Gained">Rows that only the candidate classifies rightly.</param>
/// <param name="BothWrong">Rows that neither does.</param>
public sealed record PairedAccuracy(int BothRight, int Lost, int Gained, int BothWrong)
{
    /// <summary>All rows.</summary>
    public int Rows => BothRight + Lost + Gained + BothWrong;

    /// <summary>The candidate's accuracy less the baseline's, in [-1,1].</summary>
    public double Change => (double)(Gained - Lost) / Rows;

    /// <summary>
    /// The probability of a split of lost and gained rows as uneven as this or more, were both models equally good: McNemar's test, exact
    /// and two-sided. 1 where no row was lost or gained.
    /// </summary>
    public double PValue
        => Lost == Gained ? 1 : Math.Min(1, 2 * new Binomial(0.5, Lost + Gained).CumulativeDistribution(Math.Min(Lost, Gained)));

    /// <summary>
    /// The 95 % confidence interval of <see cref="Change"/>: Newcombe 1998, Statistics in Medicine 17, 2635–2650, method 10.
    /// </summary>
    public Interval Interval
    {
        get
        {
            double before = (double)(BothRight + Lost) / Rows, after = (double)(BothRight + Gained) / Rows;
            Interval beforeScore = Interval.OfFraction(BothRight + Lost, Rows), afterScore = Interval.OfFraction(BothRight + Gained, Rows);
            var correlation = Correlation();
            double Half(double a, double b) => Math.Sqrt(Math.Max(0, a * a - 2 * correlation * a * b + b * b));
            return new(Change - Half(after - afterScore.Low, beforeScore.High - before),
                Change + Half(afterScore.High - after, before - beforeScore.Low));
        }
    }

    /// <summary>The correlation φ of the two models' being right, its numerator corrected for continuity where it is positive.</summary>
    private double Correlation()
    {
        var margins = (double)(BothRight + Lost) * (Gained + BothWrong) * (BothRight + Gained) * (Lost + BothWrong);
        if (margins == 0) return 0;
        var product = (double)BothRight * BothWrong - (double)Lost * Gained;
        return (product > 0 ? Math.Max(0, product - Rows / 2.0) : product) / Math.Sqrt(margins);
    }

    /// <summary>Null where there are no labels or no classes.</summary>
    internal static PairedAccuracy? Of(EvaluationResult baseline, EvaluationResult candidate)
    {
        if (baseline.Labels is not { } labels || baseline.Classes.Count == 0) return null;
        var counts = new int[4];
        for (var row = 0; row < labels.Count; row++)
            counts[(baseline.Classes[row] == labels[row] ? 2 : 0) + (candidate.Classes[row] == labels[row] ? 1 : 0)]++;
        return new(BothRight: counts[3], Lost: counts[2], Gained: counts[1], BothWrong: counts[0]);
    }
}
