using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>One figure of a judgement, as tables show it.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Value">The figure with its unit.</param>
/// <param name="Interval">Its 95 % confidence interval; empty where there is none.</param>
internal sealed record Measure(string Name, string Value, string Interval)
{
    /// <summary>The figure and what the rows leave possible, in one phrase.</summary>
    public override string ToString() => $"{Name} {Value}" + (Interval.Length == 0 ? "" : $" (95 %: {Interval})");

    /// <summary>A fraction, in per cent of something.</summary>
    public static Measure Percent(string name, Estimate estimate, string of = "")
    {
        var measure = Of(name, estimate, value => $"{100 * value:F1}", " %");
        return measure with { Value = measure.Value + of };
    }

    /// <summary>A number near 1.</summary>
    public static Measure Number(string name, Estimate estimate) => Of(name, estimate, value => $"{value:F4}", "");

    /// <summary>A ratio in decibels.</summary>
    public static Measure Decibels(string name, Estimate estimate) => Of(name, estimate, value => $"{value:F1}", " dB");

    private static Measure Of(string name, Estimate estimate, Func<double, string> text, string unit)
    {
        string Text(double value) => double.IsFinite(value) ? text(value) : value > 0 ? "∞" : double.IsNaN(value) ? "NaN" : "−∞";
        return new(name, Text(estimate.Value) + unit, estimate.Interval is { } i ? $"{Text(i.Low)} to {Text(i.High)}{unit}" : "");
    }
}
