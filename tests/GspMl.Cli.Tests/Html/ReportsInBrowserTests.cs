using System.Diagnostics;
using System.Text.RegularExpressions;
using GspMl.Cli.Html;
using GspMl.Cli.Npy;

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

    /// <summary>The reports themselves, as a phone shows them.</summary>
    [Theory]
    [InlineData("prune")]
    [InlineData("shrink")]
    [InlineData("eval")]
    [InlineData("sweep")]
    [InlineData("nmf")]
    public async Task A_report_fits_a_phone_and_no_word_of_its_charts_is_cut(string command)
    {
        var (browser, page) = (Browser(), folder.File("report.html"));
        var run = await CommandRun.Of([command, .. Words(command), .. command == "nmf" ? [] : new[] { "--report", page }]);
        Assert.True(run.ExitCode == 0, run.Messages);
        if (command == "nmf") page = folder.File("parts/report.html");
        var probe = "<script>const shown = [...document.querySelectorAll('svg')].filter(svg => svg.getClientRects().length > 0); "
            + "const cut = shown.flatMap(svg => { const box = svg.getBoundingClientRect(); "
            + "return [...svg.querySelectorAll('text')].filter(text => { "
            + "const at = text.getBoundingClientRect(); return at.left < box.left - 1 || at.right > box.right + 1; })"
            + ".map(text => text.textContent); }); document.title = `wider by ${document.documentElement.scrollWidth - innerWidth}, "
            + "cut: ${cut.join('; ')}.`</script></body>";
        File.WriteAllText(folder.File("probe.html"),
            Policy().Replace(File.ReadAllText(page), "").Replace("</body>", probe, StringComparison.Ordinal));

        var (shown, errors) = Show(browser, folder.File("probe.html"), 390);
        var (_, own) = Show(browser, page, 390);

        Assert.Matches("<title>wider by (0|-[0-9]+), cut: \\.</title>", shown);
        Assert.DoesNotContain("CONSOLE", errors + own, StringComparison.Ordinal);
    }

    private string[] Words(string command)
    {
        if (command == "nmf")
        {
            NpyWriter.Write<float>(folder.File("x.npy"), Enumerable.Range(0, 60).Select(i => i * 7 % 11 / 10f).ToArray(), 10, 6);
            return [folder.File("x.npy"), "--rank", "2", "--out", folder.File("parts"), "--image", "2x3", "--max-iterations", "20"];
        }
        string[] output = ["-o", folder.File("o.onnx"), "--gzip", "always"], rows = ["--inputs", Models.TestInputs, "--latency-runs", "2"];
        return command switch
        {
            "prune" => [Models.LeNet5, .. output, "--zeros", "0.5", "--preset", "fast"],
            "shrink" => [Models.LeNet5, .. output, "--macs", "0.5"],
            "eval" => [Models.LeNet5, .. rows, "--baseline", Models.LeNet5, "--labels", Models.TestLabels, "--layers"],
            _ => [Models.LeNet300, .. rows, "--zeros", "0.5,0.7,0.9", "--presets", "fast,paper", "--labels", Models.TestLabels],
        };
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
