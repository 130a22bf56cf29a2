using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Evaluation.Measures;

/// <summary>The boxes of two models in one row, and those that match.</summary>
/// <param name="Baseline">How many the baseline has.</param>
/// <param name="Candidate">How many the candidate has.</param>
/// <param name="Overlaps">The overlap of each matching pair.</param>
internal sealed record BoxMatches(int Baseline, int Candidate, IReadOnlyList<double> Overlaps)
{
    private const double LeastScore = 0.25;
    private const double LeastOverlap = 0.5;
    private const int MostBoxes = 300;

    public int All => Baseline + Candidate;

    /// <summary>Boxes with scores are sorted out and matched one by one, others compared place by place.</summary>
    public static BoxMatches Of(IReadOnlyList<Box> baseline, IReadOnlyList<Box> candidate, bool scored)
        => scored ? Greedy(Best(baseline), Best(candidate)) : new(baseline.Count, candidate.Count,
            [.. baseline.Zip(candidate, (from, to) => from.Overlap(to)).Where(overlap => overlap >= LeastOverlap)]);

    private static List<Box> Best(IReadOnlyList<Box> boxes)
        => [.. boxes.Where(box => box.Score >= LeastScore).OrderByDescending(box => box.Score).Take(MostBoxes)];

    private static BoxMatches Greedy(List<Box> baseline, List<Box> candidate)
    {
        var free = Enumerable.Range(0, candidate.Count).ToHashSet();
        var overlaps = new List<double>();
        foreach (var box in baseline)
        {
            var partners = free.Where(i => candidate[i].Class == box.Class).Order().Select(i
                => (i, Overlap: box.Overlap(candidate[i]))).ToList();
            if (partners.Count == 0) continue;
            var (best, overlap) = partners.MaxBy(partner => partner.Overlap);
            if (overlap < LeastOverlap) continue;
            free.Remove(best);
            overlaps.Add(overlap);
        }
        return new(baseline.Count, candidate.Count, overlaps);
    }
}
