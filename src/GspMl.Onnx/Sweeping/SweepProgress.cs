namespace GspMl.Onnx;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Models that are made.</param>
/// <param name="Count">Models that will be.</param>
/// <param name="Curve">The curve of the model at work; null while all of them are judged.</param>
/// <param name="Amount">The amount of zeros or multiply-accumulates of that model; null while all are judged.</param>
/// <param name="Pruning">How far that model is; null while all are judged.</param>
public readonly record struct SweepProgress(int Done, int Count, SweepCurve? Curve, double? Amount, PruningProgress? Pruning);
