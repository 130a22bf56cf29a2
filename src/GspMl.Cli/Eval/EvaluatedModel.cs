using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>One model's figures.</summary>
internal sealed record EvaluatedModel(
    string Model, long Rows, double? Accuracy, Interval? AccuracyInterval, double? MillisecondsPerRow, double? MillisecondsPerBatch, int? BatchSize, string Provider, string? ProviderNote, long Bytes, long? GzipBytes)
{
    public static EvaluatedModel Of(string path, EvaluationResult result) =>
        new(path, result.Rows, result.Accuracy, result.AccuracyInterval, result.SingleRow?.MedianMilliseconds, result.Batched?.MedianMilliseconds, result.Batched?.BatchSize,
            result.Provider, result.ProviderNote, result.Bytes, result.GzipBytes);
}
