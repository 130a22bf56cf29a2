using System.Net;
using System.Security.Cryptography;
using System.Text;
using GspMl.Cli.Text;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Html;

/// <summary>
/// A report in one self-contained HTML file: the verdict, what it rests on, and how to repeat it. No font, no picture, no script from
/// elsewhere; the only script is one that sorts tables, and the page lets no other run.
/// </summary>
/// <param name="title">What was done to what.</param>
/// <param name="provenance">How to repeat it; left out: this process, now.</param>
internal sealed class HtmlPage(string title, Provenance? provenance = null)
{
    private readonly StringBuilder body = new();
    private string verdict = "";

    /// <summary>Says in a sentence or two what came out; it stands first, wherever it is called.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="isGood">Whether that is what was asked for; null where nothing was.</param>
    public HtmlPage Verdict(string text, bool? isGood = null)
    {
        var kind = isGood switch { true => " good", false => " bad", null => "" };
        verdict = $"<p class=\"verdict{kind}\">{Encode(text)}</p>\n";
        return this;
    }

    public HtmlPage Heading(string text) => Raw($"<h2>{Encode(text)}</h2>");

    public HtmlPage Paragraph(string text) => Raw($"<p>{Encode(text)}</p>");

    public HtmlPage List(IEnumerable<string> points)
        => Raw($"<ul>{string.Concat(points.Select(point => $"<li>{Encode(point)}</li>"))}</ul>");

    /// <summary>Adds a figure: <paramref name="content"/> is markup, an inline SVG or an image whose bytes are in its address.</summary>
    public HtmlPage Figure(string content, string caption) => Raw($"<figure>{content}<figcaption>{Encode(caption)}</figcaption></figure>");

    /// <summary>
    /// Adds a table that a click on a heading sorts. A column whose heading begins with '&lt;' holds text, is aligned left and may be
    /// wrapped.
    /// </summary>
    public HtmlPage Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<HtmlCell>> rows)
    {
        var text = columns.Select(c => c.StartsWith('<') ? " class=text" : "").ToList();
        var about = string.Join(", ", columns.Select(column => column.TrimStart('<')));
        body.Append($"<div class=wide tabindex=0 role=region aria-label=\"{Encode($"Table of {about}")}\"><table><thead><tr>");
        for (var i = 0; i < columns.Count; i++)
            body.Append($"<th scope=col{text[i]}><button type=button>{Encode(columns[i].TrimStart('<'))}</button></th>");
        body.Append("</tr></thead>\n<tbody>");
        foreach (var row in rows)
        {
            body.Append("<tr>");
            for (var i = 0; i < row.Count; i++) body.Append($"<td{text[i]}>{row[i].Markup}</td>");
            body.Append("</tr>\n");
        }
        body.Append("</tbody></table></div>\n");
        return this;
    }

    /// <summary>Writes the page; a failure leaves an earlier one as it was.</summary>
    public void Save(string path) => OutputFile.Write(path, WriteTo);

    /// <summary>Writes the page to a stream.</summary>
    public void WriteTo(Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PageStyle.Script)));
        writer.Write("<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n<meta name=viewport content=\"width=device-width\">\n"
            + "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
            + $"script-src 'sha256-{hash}'\">\n<title>{Encode(title)}</title>\n<style>\n{PageStyle.Css}\n</style></head>\n"
            + $"<body>\n<main>\n<h1>{Encode(title)}</h1>\n{verdict}{body}</main>\n{Footer(provenance ?? Provenance.Here())}"
            + $"<script>{PageStyle.Script}</script>\n</body></html>\n");
    }

    private static string Footer(Provenance run)
        => $"<footer><dl><dt>Command</dt><dd><code>{Encode(run.Command)}</code></dd><dt>Versions</dt><dd>{Encode(run.Versions)}</dd>"
            + $"<dt>Machine</dt><dd>{Encode(run.Machine)}</dd><dt>Date</dt><dd>{Encode(run.Date)}</dd></dl></footer>\n";

    private HtmlPage Raw(string markup)
    {
        body.Append(markup).Append('\n');
        return this;
    }

    internal static string Encode(string text) => WebUtility.HtmlEncode(Printable.Of(text));
}
