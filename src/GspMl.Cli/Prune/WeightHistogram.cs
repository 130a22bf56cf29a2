using GspMl.Cli.Html;
using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary>The weights before and after pruning, those that are zero left out.</summary>
internal static class WeightHistogram
{
    // Beyond four standard deviations there is hardly a weight.
    private const double Deviations = 4;

    // More would take longer to read than to look at.
    private const long MostWeights = 20_000_000;

    /// <summary>The chart; null where there is nothing to draw.</summary>
    public static string? Svg(OnnxModel before, OnnxModel after)
    {
        var dense = Values(before);
        var spread = Math.Sqrt(dense.Sum(value => (double)value * value) / Math.Max(1, dense.Count));
        if (!(spread > 0) || !double.IsFinite(spread)) return null;
        var histogram = new Histogram("Weights that are not zero, before and after", -Deviations * spread, Deviations * spread,
            value => value.ToString("G2", System.Globalization.CultureInfo.InvariantCulture));
        return histogram.Svg(("before", "var(--third)", Count(dense)), ("after", "var(--first)", Count(Values(after))));

        long[] Count(List<float> values) => histogram.Count(values.Where(value => value != 0).Select(value => (double)value));
    }

    private static List<float> Values(OnnxModel model)
    {
        var values = new List<float>();
        foreach (var weight in model.Weights)
        {
            if (values.Count + weight.Count > MostWeights) break;
            values.AddRange(model.Elements.Values<float>(weight.Location));
        }
        return values;
    }
}
