using System.Net;
using System.Text;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Html;

/// <summary>A report in one self-contained HTML file: no script, no font, no picture from elsewhere.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; background: #fff }
        h1 { font-size: 1.6em } h2 { font-size: 1.2em; margin-top: 2em }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums }
        th, td { padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
        th { border-bottom: 2px solid #888 } .text { text-align: left }
        .bar { display: inline-block; width: 8em; height: .7em; background: #e4e4e4; margin-right: .6em } .bar i { display: block; height: 100%; background: #36c }
        .wide { overflow-x: auto } figure { margin: 1em 0 } figcaption { color: #666 }
        """;

    private readonly StringBuilder body = new();

    public HtmlPage Heading(string text) => Raw($"<h2>{Encode(text)}</h2>");

    public HtmlPage Paragraph(string text) => Raw($"<p>{Encode(text)}</p>");

    public HtmlPage List(IEnumerable<string> points)
        => Raw($"<ul>{string.Concat(points.Select(point => $"<li>{Encode(point)}</li>"))}</ul>");

    /// <summary>Adds a figure: <paramref name="content"/> is markup, an inline SVG or an image whose bytes are in its address.</summary>
    public HtmlPage Figure(string content, string caption) => Raw($"<figure>{content}<figcaption>{Encode(caption)}</figcaption></figure>");

    /// <summary>Adds a table. A column whose heading begins with '&lt;' holds text and is aligned left.</summary>
    public HtmlPage Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<HtmlCell>> rows)
    {
        var text = columns.Select(c => c.StartsWith('<') ? " class=text" : "").ToList();
        body.Append("<div class=wide><table><tr>");
        for (var i = 0; i < columns.Count; i++) body.Append($"<th{text[i]}>{Encode(columns[i].TrimStart('<'))}</th>");
        foreach (var row in rows)
        {
            body.Append("</tr>\n<tr>");
            for (var i = 0; i < row.Count; i++) body.Append($"<td{text[i]}>{row[i].Markup}</td>");
        }
        body.Append("</tr></table></div>\n");
        return this;
    }

    /// <summary>Writes the page; a failure leaves an earlier one as it was.</summary>
    public void Save(string path) => OutputFile.Write(path, WriteTo);

    /// <summary>Writes the page to a stream.</summary>
    public void WriteTo(Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        writer.Write($"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>{Encode(title)}</title>\n<style>\n{Style}\n</style></head>\n<body>\n<h1>{Encode(title)}</h1>\n{body}</body></html>\n");
    }

    private HtmlPage Raw(string markup)
    {
        body.Append(markup).Append('\n');
        return this;
    }

    internal static string Encode(string text) => WebUtility.HtmlEncode(text);
}
