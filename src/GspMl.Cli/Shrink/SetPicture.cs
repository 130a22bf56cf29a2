using System.Globalization;
using System.Text;
using GspMl.Cli.Html;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Shrink;

/// <summary>
/// Who follows whom, as an inline SVG: sets of channels from top to bottom in the model's order, each a bar as long as it has channels,
/// filled as far as they stay, and an arc from each set to those whose layers read it.
/// </summary>
/// <param name="sets">The sets, those that keep all among them.</param>
internal sealed class SetPicture(IReadOnlyList<ChannelSet> sets)
{
    /// <summary>The most sets that are drawn: more are no picture.</summary>
    public const int Most = 60;

    private const int PageWidth = 900;
    private const int LetterWidth = 7;
    private const int LettersShown = 40;
    private const int LettersOnPhone = 18;
    private const int RowHeight = 18;
    private const int BarHeight = 9;
    private const int ArcWidth = 110;
    private const int ArcStep = 9;
    private const int FigureWidth = 70;

    private readonly IReadOnlyList<ChannelSet> shown = [.. sets.Take(Most)];

    /// <summary>What the page says under it.</summary>
    public string Caption => "Arcs lead from each set of channels to those that are computed from it. Filled: what stays."
        + (sets.Count > Most ? $" The first {Most} of {Format.Count(sets.Count, "set")}." : "");

    /// <summary>Pairs of sets of which the second's layers read the first's channels, by their numbers.</summary>
    public IReadOnlyList<(int From, int To)> Arcs()
    {
        var writers = shown.Index().SelectMany(set => set.Item.Layers, (set, layer) => (Layer: layer, set.Index))
            .ToLookup(pair => pair.Layer, pair => pair.Index);
        return [.. shown.Index().SelectMany(set => set.Item.Readers.SelectMany(reader => writers[reader]), (set, to) => (set.Index, to))
            .Where(arc => arc.Index != arc.to).Distinct()];
    }

    /// <summary>The picture, for pages and phones.</summary>
    public string Svg() => TwoWidths.Of(PageWidth, Draw);

    private string Draw(int width)
    {
        var letters = width == PageWidth ? LettersShown : LettersOnPhone;
        string[] names = [.. shown.Select(set => Name(set, letters))];
        var arcs = width == PageWidth ? ArcWidth : ArcWidth / 2;
        var left = (LetterWidth * names.Select(name => name.Length).DefaultIfEmpty().Max()) + 8 + arcs;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width} {(RowHeight * shown.Count) + 8}\" width={width} role=img aria-label=\""
            + "Sets of channels, and which are computed from which\" font-family=sans-serif font-size=11>");
        foreach (var (from, to) in Arcs()) svg.Append(Arc(left - 4, from, to, arcs));
        var most = shown.Select(set => set.Before).DefaultIfEmpty(1).Max();
        foreach (var (i, set) in shown.Index())
        {
            var (top, full) = (Middle(i) - (BarHeight / 2.0), (width - left - FigureWidth) * (double)set.Before / most);
            var colour = set.IsFree ? "var(--first)" : "var(--third)";
            svg.Append($"<text x={left - arcs - 8} y={Middle(i) + 4} text-anchor=end>{HtmlPage.Encode(names[i])}</text>"
                + $"<rect x={left} y={Text(top)} width={Text(full)} height={BarHeight} fill=\"var(--track)\" />"
                + $"<rect x={left} y={Text(top)} width={Text(full * set.After / set.Before)} height={BarHeight} fill=\"{colour}\" />"
                + $"<text x={Text(left + full + 5)} y={Middle(i) + 4} font-size=9>{Figure(set)}</text>");
        }
        return svg.Append("</svg>").ToString();
    }

    private static string Figure(ChannelSet set)
        => set.After == set.Before ? $"{set.Before:N0}{(set.IsFree ? "" : ", held")}" : $"{set.Before:N0} → {set.After:N0}";

    /// <summary>An arc that goes out to the left the further it leads, and ends in a point.</summary>
    private static string Arc(int x, int from, int to, int room)
    {
        var depth = Math.Min(room - 6, 8 + (ArcStep * Math.Abs(to - from))) * 4 / 3;
        var (start, end) = (Middle(from) + 2, Middle(to) - 2);
        return $"<path d=\"M{x} {start}C{x - depth} {start} {x - depth} {end} {x - 4} {end}\" fill=none stroke=\"var(--faint)\" />"
            + $"<path d=\"M{x} {end}l-6 -3v6z\" fill=\"var(--faint)\" />";
    }

    private static int Middle(int row) => 4 + (RowHeight * row) + (RowHeight / 2);

    /// <summary>The first layer and how many more, the end of a long name: that is where names of one model differ.</summary>
    private static string Name(ChannelSet set, int letters)
    {
        var more = set.Layers.Count > 1 ? $" + {set.Layers.Count - 1}" : "";
        var name = set.Layers[0];
        return (name.Length + more.Length <= letters ? name : $"…{name[^(letters - more.Length - 1)..]}") + more;
    }

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
