using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>The words for what a sweep judges by.</summary>
internal static class MeasureWords
{
    public static string Name(SweepMeasure measure) => measure switch
    {
        SweepMeasure.Accuracy => "accuracy",
        SweepMeasure.Agreement => "same class as the dense model",
        SweepMeasure.CosineSimilarity => "cosine similarity to the dense model",
        SweepMeasure.SameReading => "same reading as the dense model",
        SweepMeasure.MatchingBoxes => "boxes that match the dense model's",
        _ => "relative error against the dense model",
    };

    /// <summary>A figure with its unit.</summary>
    public static string Value(SweepMeasure measure, double value)
        => measure == SweepMeasure.CosineSimilarity ? $"{value:F4}" : Format.Percent(value);

    /// <summary>The same as an axis needs it: digits as the marks differ.</summary>
    public static string Mark(SweepMeasure measure, double value)
        => measure == SweepMeasure.CosineSimilarity ? $"{value:0.####}" : $"{100 * value:0.###} %";

    /// <summary>What the rows leave possible.</summary>
    public static string Interval(SweepMeasure measure, Interval? interval) => interval is not { } found ? "–"
        : measure == SweepMeasure.CosineSimilarity ? $"{found.Low:F4} to {found.High:F4}" : Format.Percent(interval);

    /// <summary>A change in percentage points.</summary>
    public static string Change(Estimate? change) => change is not { } found ? "–"
        : Points(found.Value) + (found.Interval is { } i ? $" ({Points(i.Low)} to {Points(i.High)})" : "");

    private static string Points(double fraction) => $"{100 * fraction:+0.0;−0.0;0.0}";
}
