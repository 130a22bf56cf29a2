using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Evaluation.Outputs;
using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx;

/// <summary>
/// Whether two models put boxes in the same places. Two boxes match that have the same class and an overlap (intersection over union) of
/// 0.5 at least. Boxes with scores count from a score of 0.25 on, the 300 of the highest score of each row, and the baseline's take their
/// partners in the order of their scores, the one that overlaps most first, each once; nothing is suppressed before. Boxes without scores
/// are compared place by place.
/// </summary>
public sealed record BoxAgreement
{
    /// <summary>How the numbers of a box are read.</summary>
    public required string Layout { get; init; }

    /// <summary>The baseline's boxes, all rows together.</summary>
    public required int Baseline { get; init; }

    /// <summary>The candidate's boxes.</summary>
    public required int Candidate { get; init; }

    /// <summary>Those that match one by one.</summary>
    public required int Matched { get; init; }

    /// <summary>
    /// 2·matched / (baseline + candidate), the F₁ of the candidate's boxes where the baseline's are taken for right; 1 where there are
    /// none. The interval by the bootstrap over rows.
    /// </summary>
    public required Estimate MatchRate { get; init; }

    /// <summary>The mean overlap of boxes that match; null where none do.</summary>
    public double? MeanOverlap { get; init; }

    internal static BoxAgreement Of(OutputTensor baseline, OutputTensor candidate, BoxLayout layout)
    {
        Positions from = new(baseline, layout.Axis), to = new(candidate, layout.Axis);
        var rows = Enumerable.Range(0, baseline.Rows)
            .Select(row => BoxMatches.Of(Box.Read(from, row, layout), Box.Read(to, row, layout), layout.Scores != BoxScores.None)).ToList();
        // One less the rate: rows without boxes then count as 0 of 0.
        var unmatched = Bootstrap.OfRatio([.. rows.Select(row => (double)(row.All - (2 * row.Overlaps.Count)))],
            [.. rows.Select(row => (double)row.All)],
            rate => 1 - rate);
        var overlaps = rows.SelectMany(row => row.Overlaps).ToList();
        return new()
        {
            Layout = layout.ToString(),
            Baseline = rows.Sum(row => row.Baseline),
            Candidate = rows.Sum(row => row.Candidate),
            Matched = overlaps.Count,
            MatchRate = unmatched,
            MeanOverlap = overlaps.Count == 0 ? null : overlaps.Average(),
        };
    }
}
