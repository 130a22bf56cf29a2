namespace GspMl.Onnx;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Models that are pruned.</param>
/// <param name="Count">Models that will be.</param>
/// <param name="Zeros">The fraction of zeros of the model at work; null while all of them are judged.</param>
/// <param name="Pruning">How far that model is; null while all are judged.</param>
public readonly record struct SweepProgress(int Done, int Count, double? Zeros, PruningProgress? Pruning);
