namespace GspMl.Onnx;

/// <summary>What a sweep judges models by: with labels accuracy, else by the task of the output that classes are read from, or of the
/// first.</summary>
public enum SweepMeasure
{
    /// <summary>The fraction of rows that get their label.</summary>
    Accuracy,

    /// <summary>The fraction of rows, or of a map's places, that get the dense model's class.</summary>
    Agreement,

    /// <summary>The mean cosine similarity of an embedding, or a map without classes, to the dense model's.</summary>
    CosineSimilarity,

    /// <summary>The error of values, ‖c − b‖ / ‖b‖; less is better.</summary>
    RelativeError,

    /// <summary>The fraction of rows of a sequence that read as the dense model's.</summary>
    SameReading,

    /// <summary>The fraction of boxes that match the dense model's.</summary>
    MatchingBoxes,
}

/// <summary>A model's quality, and the dense one's.</summary>
/// <param name="Measure">What is measured.</param>
/// <param name="Dense">Of the dense model.</param>
/// <param name="Pruned">Of the pruned model.</param>
internal readonly record struct SweepQuality(SweepMeasure Measure, Estimate Dense, Estimate Pruned)
{
    public static SweepQuality Of(ModelComparison both)
    {
        if (both.Candidate.Accuracy is { } accuracy)
            return new(SweepMeasure.Accuracy, new(both.Baseline.Accuracy!.Value, both.Baseline.AccuracyInterval),
                new(accuracy, both.Candidate.AccuracyInterval));
        return Of(both.Judgements.FirstOrDefault(output => output.Name == both.Baseline.ClassesOutput) ?? both.Judgements[0]);
    }

    /// <summary>Where the dense model is compared with itself, the measure is at its best.</summary>
    private static SweepQuality Of(OutputJudgement output) => output switch
    {
        { Classes: { } classes } => Near(1, SweepMeasure.Agreement, classes.Agreement),
        { Map.Agreement: { } agreement } => Near(1, SweepMeasure.Agreement, agreement),
        { Map: { } map } => Near(1, SweepMeasure.CosineSimilarity, map.Cosine),
        { Embedding: { } embedding } => Near(1, SweepMeasure.CosineSimilarity, embedding.Cosine),
        { Sequence: { } sequence } => Near(1, SweepMeasure.SameReading, sequence.SameReading),
        { Boxes: { } boxes } => Near(1, SweepMeasure.MatchingBoxes, boxes.MatchRate),
        _ => Near(0, SweepMeasure.RelativeError, output.Regression!.Relative),
    };

    private static SweepQuality Near(double best, SweepMeasure measure, Estimate pruned) => new(measure, new(best, null), pruned);
}
