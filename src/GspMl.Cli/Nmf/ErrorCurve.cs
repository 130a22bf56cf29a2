using System.Globalization;
using System.Text;
using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary>The relative error over the iterations as an inline SVG, the error on a logarithmic axis.</summary>
internal static class ErrorCurve
{
    private const int Width = 720;
    private const int Height = 300;
    private const int Left = 70;
    private const int Bottom = 40;
    private const int Top = 15;

    public static string Svg(IReadOnlyList<NmfIteration> trace)
    {
        var positive = trace.Where(i => i.RelativeError > 0).ToList();
        if (positive.Count == 0) return "<p>The error is 0 from the first iteration on.</p>";
        var (low, high) = (Math.Log10(positive.Min(i => i.RelativeError)), Math.Log10(positive.Max(i => i.RelativeError)));
        if (high - low < 0.02) (low, high) = (low - 0.01, high + 0.01);
        double X(int iteration) => Left + (Width - Left - 10.0) * (iteration - 1) / Math.Max(1, trace.Count - 1);
        double Y(double error) => Top + (Height - Top - Bottom) * (high - Math.Log10(error)) / (high - low);

        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Height}\" width={Width} height={Height} role=img font-family=sans-serif "
            + "font-size=12>");
        foreach (var at in Enumerable.Range(0, 5).Select(i => low + (high - low) * i / 4))
        {
            var (y, label) = (Text(Y(Math.Pow(10, at))), $"{100 * Math.Pow(10, at):G4} %");
            svg.Append($"<line x1={Left} x2={Width - 10} y1={y} y2={y} stroke=#ddd /><text x={Left - 6} y={y} text-anchor=end "
                + $"dominant-baseline=middle>{label}</text>");
        }
        svg.Append($"<text x={Left} y={Height - 12}>iteration 1</text><text x={Width - 10} y={Height - 12} "
            + $"text-anchor=end>{trace.Count}</text>");
        var points = string.Join(' ', positive.Select(i => $"{Text(X(i.Iteration))},{Text(Y(i.RelativeError))}"));
        return svg.Append($"<polyline fill=none stroke=#36c stroke-width=2 points=\"{points}\" /></svg>").ToString();
    }

    private static string Text(double coordinate) => coordinate.ToString("F1", CultureInfo.InvariantCulture);
}
