using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>What a comparison means, in sentences that also say what the rows and timings cannot tell.</summary>
internal static class Verdict
{
    public static IEnumerable<string> Of(ModelComparison both)
    {
        if (both.Accuracy is { } paired) yield return Accuracy(paired);
        if (MostHurt(both.Classes) is { } hurt) yield return hurt;
        foreach (var sentence in Outputs(both)) yield return sentence;
        if (!both.SameDevice)
            yield return $"latencies are not compared: {Where.Of(both.Baseline)} ran the baseline, {Where.Of(both.Candidate)} this model";
        if (both.SingleRow is { } row) yield return Latency(both.Candidate.SingleRow!, row);
        if (both.Batched is { } batch && both.Candidate.Batched!.BatchSize > 1) yield return Latency(both.Candidate.Batched!, batch);
        if (both.SingleRowOnDevice is { } rowOnDevice)
            yield return $"without copies, {Latency(both.Candidate.SingleRowOnDevice!, rowOnDevice)}";
        if (both.BatchedOnDevice is { } batchOnDevice && both.Candidate.BatchedOnDevice!.BatchSize > 1)
            yield return $"without copies, {Latency(both.Candidate.BatchedOnDevice!, batchOnDevice)}";
    }

    private static string Accuracy(PairedAccuracy paired) =>
        $"accuracy {Points(paired.Change)} points (95 %: {Points(paired.Interval.Low)} to {Points(paired.Interval.High)}): "
            + $"{Format.Count(paired.Lost, "row")} lost, {paired.Gained:N0} gained; "
        + $"{(paired.PValue <= 0.05 ? "more than chance" : "chance may explain it")} (McNemar p = {paired.PValue:G2})";

    private static string? MostHurt(IEnumerable<ClassComparison> classes)
    {
        var most = classes.MaxBy(c => c.BaselineRight - c.CandidateRight);
        return most is null || !(most.BaselineRight > most.CandidateRight) ? null
            : $"most hurt: class {most.Class}, {Format.Percent((double)most.BaselineRight.Value / most.Rows)} → "
                + $"{Format.Percent((double)most.CandidateRight!.Value / most.Rows)} of {Format.Count(most.Rows, "row")}";
    }

    /// <summary>One sentence for each output: how it does by its task, and how far its values lie apart.</summary>
    private static IEnumerable<string> Outputs(ModelComparison both)
    {
        var several = both.Judgements.Count > 1;
        return both.Judgements.Zip(both.Outputs, (judgement, drift) => (several ? $"'{judgement.Name}': " : "")
            + $"{JudgementWords.Of(judgement)}; {(several ? "values" : "outputs")} differ by {Drift(drift)}");
    }

    private static string Drift(OutputDrift drift)
        => $"{drift.Rms:G3} (RMS{(drift.Relative is { } part ? $", {Format.Percent(part)} of their spread" : "")}), {drift.Max:G3} at most";

    private static string Latency(Latency latency, LatencyRatio ratio)
    {
        var range = $"{ratio.Interval.Low:F2} to {ratio.Interval.High:F2}";
        var taken = $"{Format.Count(latency.BatchSize, "row")}: {ratio.Median:F2} × the baseline's time";
        return LatencyCells.TellInterval(latency.Runs)
            ? $"{taken} (95 %: {range}){(ratio.IsMeasurable ? "" : ", no measurable difference")}"
            : $"{taken} ({range} in {Format.Count(latency.Runs, "round")}, too few to tell a difference)";
    }

    private static string Points(double fraction) => $"{100 * fraction:+0.0;−0.0;0.0}";
}
