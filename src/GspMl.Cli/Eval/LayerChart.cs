using System.Globalization;
using System.Text;
using GspMl.Cli.Html;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>The layers from top to bottom as an inline SVG: for each a bar of the error it inherits and one of its own.</summary>
internal static class LayerChart
{
    private const int Width = 900;
    private const int LetterWidth = 7;
    private const int Right = 60;
    private const int Top = 24;
    private const int RowHeight = 26;
    private const int BarHeight = 9;
    private const int LettersShown = 46;

    // A layer that is far off would leave nothing to see of the others; its bar is cut, its figure stands beside it.
    private const double MostShown = 2;

    public const string Inherited = "#9ab";
    public const string Own = "#c33";

    public static string Svg(IReadOnlyList<LayerDrift> layers)
    {
        var shown = layers.Where(layer => layer.Own is not null).ToList();
        var left = 16 + (LetterWidth * shown.Select(layer => Short(layer.Node).Length).DefaultIfEmpty().Max());
        var most = Math.Clamp(shown.SelectMany(layer => new[] { layer.Own!.Value, layer.Inherited!.Value }).DefaultIfEmpty().Max(), 1e-6,
            MostShown);
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Top + (RowHeight * shown.Count)}\" width={Width} role=img "
            + "font-family=sans-serif font-size=11>");
        svg.Append($"<text x={left} y=14 fill={Inherited}>inherited</text><text x={left + 70} y=14 fill={Own}>own</text>");
        for (var i = 0; i < shown.Count; i++)
        {
            var y = Top + (i * RowHeight);
            svg.Append($"<text x={left - 8} y={y + 13} text-anchor=end>{HtmlPage.Encode(Short(shown[i].Node))}</text>");
            svg.Append(Bar(left, y, shown[i].Inherited!.Value, most, Inherited));
            svg.Append(Bar(left, y + BarHeight + 1, shown[i].Own!.Value, most, Own));
        }
        return svg.Append("</svg>").ToString();
    }

    private static string Bar(int left, int y, double value, double most, string colour)
    {
        var width = double.IsNaN(value) ? 0 : (Width - left - Right) * Math.Min(value, most) / most;
        return $"<rect x={left} y={y} width={Text(width)} height={BarHeight} fill={colour} />"
            + $"<text x={Text(left + width + 4)} y={y + BarHeight - 1} font-size=9>{Text(100 * value)} %</text>";
    }

    /// <summary>The end of a long name: that is where names of one model differ.</summary>
    private static string Short(string name) => name.Length <= LettersShown ? name : $"…{name[^(LettersShown - 1)..]}";

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
