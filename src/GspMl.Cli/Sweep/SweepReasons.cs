using GspMl.Cli.Eval;
using GspMl.Cli.Prune;
using GspMl.Cli.Shrink;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>Why each model of a sweep is as it is, and by what all are judged.</summary>
internal static class SweepReasons
{
    public static IEnumerable<string> Of(SweepResult sweep, SweepOptions options)
    {
        foreach (var level in sweep.Levels)
        {
            yield return $"{level.Curve.Name}, {AxisWords.Amount(level.Curve.Axis, level.Asked)} asked for:";
            var reasons = level.Pruning is { } pruning ? PruneReasons.Of(pruning) : ShrinkReasons.Of(level.Shrinking!);
            foreach (var reason in reasons) yield return $"  {reason}";
        }
        yield return $"all are judged by: {MeasureWords.Name(sweep.Measure)}";
        foreach (var reason in EvalReasons.Of(sweep.Dense, options.Evaluation)) yield return reason;
    }
}
