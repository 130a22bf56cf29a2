using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>What a comparison of one output means, in sentences and in figures.</summary>
internal static class JudgementWords
{
    /// <summary>What the output is taken for, and why.</summary>
    public static string Taken(string output, TaskChoice choice) => $"'{output}' is judged as {Word(choice.Task)}, since {choice.Reason}";

    public static string Word(OutputTask task) => task.ToString().ToLowerInvariant();

    /// <summary>The judgement in one phrase.</summary>
    public static string Of(OutputJudgement judgement)
        => string.Join(", ", Measures(judgement).Select(measure => measure.ToString()).Concat(Remarks(judgement)));

    /// <summary>The figures of the judgement.</summary>
    public static IEnumerable<Measure> Measures(OutputJudgement judgement) => judgement switch
    {
        { Classes: { } classes } => [Measure.Percent("same class as the baseline on", classes.Agreement, " of the rows")],
        { Embedding: { } embedding } => Of(embedding),
        { Regression: { } error } => Of(error),
        { Sequence: { } sequence } =>
        [
            Measure.Percent("same reading as the baseline on", sequence.SameReading, " of the rows"),
            Measure.Percent("edit distance", sequence.EditRate, " of the symbols"),
        ],
        { Boxes: { } boxes } => [Measure.Percent("boxes that match", boxes.MatchRate)],
        { Map: { } map } => Of(map),
        _ => [],
    };

    /// <summary>What is to be known beside the figures.</summary>
    public static IEnumerable<string> Remarks(OutputJudgement judgement) => judgement switch
    {
        { Classes: { WithoutClass: > 0 and var rows } } => [$"{Format.Count(rows, "row")} without a class, since values are NaN"],
        { Classes: { ClassesSeen: 1 } } => ["all rows of one class, which says little"],
        { Embedding: { } embedding } => [$"worst {embedding.Worst:F4} in row {embedding.WorstRow}"],
        { Regression: { } error } => Worst(error),
        { Sequence: { } sequence } => Of(sequence),
        { Boxes: { } boxes } => Of(boxes),
        { Map: { Filling: > 0 } map } => [.. Worst(map.Error), $"{Format.Percent(map.Filling)} of the places are filling and left out"],
        { Map: { } map } => Worst(map.Error),
        _ => [],
    };

    private static IEnumerable<Measure> Of(EmbeddingSimilarity embedding)
    {
        yield return Measure.Number("cosine similarity", embedding.Cosine);
        if (embedding.RankCorrelation is { } correlation)
            yield return Measure.Number("rank correlation of the rows' similarities", correlation);
    }

    private static IEnumerable<Measure> Of(ValueError error) =>
        [Measure.Percent("relative error", error.Relative), Measure.Decibels("signal-to-noise", error.SignalToNoise)];

    private static IEnumerable<Measure> Of(MapAgreement map)
    {
        foreach (var measure in Of(map.Error)) yield return measure;
        yield return Measure.Decibels("peak signal-to-noise", new(map.PeakSignalToNoise, null));
        yield return Measure.Number(map.PlaceAxis is null ? "cosine similarity of rows" : "cosine similarity of places", map.Cosine);
        if (map.Agreement is { } agreement)
            yield return Measure.Percent(map.Overlap is null ? "same class at places" : "same yes or no at places", agreement);
        if (map.Overlap is { } overlap) yield return Measure.Percent("overlap of yes", overlap);
    }

    private static IEnumerable<string> Of(SequenceAgreement sequence)
    {
        if (sequence.WorstEdits > 0) yield return $"worst {Format.Count(sequence.WorstEdits, "edit")} in row {sequence.WorstRow}";
        if (sequence.WithoutReading > 0)
            yield return $"{Format.Count(sequence.WithoutReading, "row")} without a reading, since values are NaN";
        if (sequence.EmptyRows > 0) yield return $"the baseline reads nothing in {Format.Count(sequence.EmptyRows, "row")}";
    }

    private static IEnumerable<string> Of(BoxAgreement boxes)
    {
        if (boxes.MeanOverlap is { } overlap) yield return $"overlapping by {Format.Percent(overlap)}";
        yield return $"{boxes.Baseline:N0} of the baseline, {boxes.Candidate:N0} of this model";
        yield return $"read as {boxes.Layout}";
    }

    private static IEnumerable<string> Worst(ValueError error)
        => error is { WorstRow: { } row, Worst: > 0 } ? [$"worst {Format.Percent(error.Worst)} in row {row}"] : [];
}
