using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx;

/// <summary>What became of one class: pruning may cost a few classes what the average hides.</summary>
public sealed record ClassComparison
{
    /// <summary>The label; without labels the class that the baseline gives, −1 for rows with NaN.</summary>
    public required long Class { get; init; }

    /// <summary>The rows of that class.</summary>
    public required int Rows { get; init; }

    /// <summary>Those to which both models give the same class.</summary>
    public required int Agreeing { get; init; }

    /// <summary>Those that the baseline classifies rightly; null without labels.</summary>
    public int? BaselineRight { get; init; }

    /// <summary>Those that the candidate classifies rightly; null without labels.</summary>
    public int? CandidateRight { get; init; }

    /// <summary>One for each class that occurs, in order.</summary>
    internal static IReadOnlyList<ClassComparison> Of(EvaluationResult baseline, EvaluationResult candidate)
    {
        var labels = baseline.Labels;
        return [.. Enumerable.Range(0, baseline.Classes.Count).GroupBy(row => labels is null ? baseline.Classes[row] : labels[row])
            .OrderBy(rows => rows.Key)
            .Select(rows => new ClassComparison
            {
                Class = rows.Key,
                Rows = rows.Count(),
                Agreeing = rows.Count(row => ClassReading.AreSame(baseline.Classes[row], candidate.Classes[row])),
                BaselineRight = labels is null ? null : rows.Count(row => baseline.Classes[row] == rows.Key),
                CandidateRight = labels is null ? null : rows.Count(row => candidate.Classes[row] == rows.Key),
            })];
    }
}

/// <summary>A row to which the two models give different classes.</summary>
/// <param name="Row">Its number, from 0.</param>
/// <param name="Baseline">The baseline's class.</param>
/// <param name="Candidate">The candidate's class.</param>
/// <param name="Label">The right class; null without labels.</param>
public sealed record ChangedRow(int Row, int Baseline, int Candidate, long? Label)
{
    /// <summary>In the order of the rows.</summary>
    internal static IReadOnlyList<ChangedRow> Of(EvaluationResult baseline, EvaluationResult candidate) =>
        [.. Enumerable.Range(0, baseline.Classes.Count).Where(row => !ClassReading.AreSame(baseline.Classes[row], candidate.Classes[row]))
            .Select(row => new ChangedRow(row, baseline.Classes[row], candidate.Classes[row], baseline.Labels?[row]))];
}
