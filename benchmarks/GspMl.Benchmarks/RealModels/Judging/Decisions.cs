using System.Numerics.Tensors;

namespace GspMl.Benchmarks.RealModels.Judging;

/// <summary>Classes of rows: how often they are the dense model's.</summary>
/// <param name="Scores">Rows × classes.</param>
internal sealed record Decisions(Rows Scores) : IAnswers
{
    public IReadOnlyList<Measure> Against(IAnswers dense)
    {
        var wanted = ((Decisions)dense).Scores;
        var alike = Enumerable.Range(0, Scores.Count).Count(row => Largest(Scores[row]) == Largest(wanted[row]));
        return [new("same class", alike / (double)Scores.Count, IsFraction: true), new("mean |Δp|", Change(Scores, wanted))];
    }

    public static int Largest(ReadOnlySpan<float> scores) => TensorPrimitives.IndexOfMax(scores);

    public static double Change(Rows a, Rows b) => a.Values.Zip(b.Values, (x, y) => (double)Math.Abs(x - y)).Average();
}

/// <summary>Probabilities of yes: frames of speech, wake words, pixels of a mask.</summary>
/// <param name="Probabilities">One for each decision.</param>
/// <param name="Threshold">From where on it is yes.</param>
internal sealed record YesOrNo(Rows Probabilities, float Threshold = 0.5f) : IAnswers
{
    public IReadOnlyList<Measure> Against(IAnswers dense)
    {
        var wanted = ((YesOrNo)dense).Probabilities;
        var (both, one, alike) = (0, 0, 0);
        foreach (var (after, before) in Probabilities.Values.Zip(wanted.Values))
        {
            var (yes, right) = (after >= Threshold, before >= Threshold);
            both += yes && right ? 1 : 0;
            one += yes || right ? 1 : 0;
            alike += yes == right ? 1 : 0;
        }
        // Where nearly all is no, agreement is cheap: of the yeses of either, how many are of both (intersection over union)?
        return [new("same decision", alike / (double)wanted.Values.Length, IsFraction: true),
            new("yes in both of yes in one", one == 0 ? 1 : both / (double)one, IsFraction: true),
            new("mean |Δp|", Decisions.Change(Probabilities, wanted))];
    }
}

/// <summary>Probabilities of a rare event, of which also the order matters: any threshold may be set on them.</summary>
internal sealed record Detections(Rows Probabilities) : IAnswers
{
    public IReadOnlyList<Measure> Against(IAnswers dense)
    {
        var wanted = ((Detections)dense).Probabilities;
        return [.. new YesOrNo(Probabilities).Against(new YesOrNo(wanted)),
            new("rank correlation", Ranks.Correlation(Doubles(Probabilities), Doubles(wanted)))];
    }

    private static double[] Doubles(Rows rows) => Array.ConvertAll(rows.Values, value => (double)value);
}
