using System.Diagnostics;
using System.Text.RegularExpressions;
using GspMl.Cli.Html;

namespace GspMl.Cli.Tests.Html;

/// <summary>Reports as an installed Chromium shows them; skipped where there is none.</summary>
public sealed partial class ReportsInBrowserTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// The browser itself measures: a copy of the page, which may run other scripts, tells in its title how far it is wider than its
    /// window, and what stands first after a click on a heading.
    /// </summary>
    [Theory]
    [InlineData(390)]
    [InlineData(1000)]
    [InlineData(1600)]
    public void A_page_is_never_wider_than_its_window_and_its_tables_sort(int width)
    {
        var browser = Browser();
        var name = string.Concat(Enumerable.Repeat("encoder.layers.", 12));
        var page = new HtmlPage("A model of a long name, " + name, new("gspml prune " + name, "1", "a machine", "a day"))
            .Verdict("A verdict.").Table(["<weight", "zeros", .. Enumerable.Range(1, 20).Select(i => $"level {i}")],
            [
                [name + "a", "1,000.0 %", .. Enumerable.Repeat((HtmlCell)"12.34 %", 20)],
                [name + "b", "20.0 %", .. Enumerable.Repeat((HtmlCell)"12.34 %", 20)],
                [name + "c", "–", .. Enumerable.Repeat((HtmlCell)"12.34 %", 20)],
            ]).Figure(new BarChart("bars", [new("zeros", "red", value => $"{value}")], 1).Svg([(name, [0.5])]), "A chart.");
        page.Save(folder.File("page.html"));
        var text = File.ReadAllText(folder.File("page.html"));
        var probe = "<script>const zeros = document.querySelectorAll('th button')[1]; zeros.click(); "
            + "document.title = `wider by ${document.documentElement.scrollWidth - innerWidth}; first ${"
            + "document.querySelector('tbody').rows[0].cells[0].textContent.slice(-1)}, last ${"
            + "document.querySelector('tbody').rows[2].cells[0].textContent.slice(-1)}`</script></body>";
        File.WriteAllText(folder.File("probe.html"), Policy().Replace(text, "").Replace("</body>", probe, StringComparison.Ordinal));

        var (shown, errors) = Show(browser, folder.File("probe.html"), width);
        var (_, own) = Show(browser, folder.File("page.html"), width);

        Assert.Matches("<title>wider by (0|-[0-9]+); first b, last c</title>", shown);
        Assert.DoesNotContain("CONSOLE", errors + own, StringComparison.Ordinal);
    }

    private static string Browser()
    {
        string[] names = ["chromium", "chromium-browser", "google-chrome"];
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (found is null) Assert.Skip("No Chromium is installed.");
        return found!;
    }

    private (string Page, string Errors) Show(string browser, string path, int width)
    {
        var start = new ProcessStartInfo(browser)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", $"--window-size={width},900",
                $"--user-data-dir={folder.File("profile")}", "--dump-dom", new Uri(path).AbsoluteUri,
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var shown = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (shown, errors.Result);
    }

    [GeneratedRegex("<meta http-equiv[^>]*>")]
    private static partial Regex Policy();
}
