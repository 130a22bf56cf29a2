using System.Diagnostics;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Shell;

public sealed class MessagesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Quiet_leaves_results_and_errors()
    {
        string[] line = ["sweep", Models.LeNet300, "--zeros", "0.5", "--inputs", Models.TestInputs, "--latency-runs", "0", "--gzip",
            "never"];
        var told = await CommandRun.Of(line);
        var quiet = await CommandRun.Of([.. line, "--quiet"]);
        var refused = await CommandRun.Of([.. line, "--quiet", "--keep", "all"]);
        Assert.Contains("judging the dense model and 1 other", told.Messages, StringComparison.Ordinal);
        Assert.Equal((told.Output, ""), (quiet.Output, quiet.Messages));
        Assert.Contains("--keep all needs", refused.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_tells_the_reasons_and_changes_no_result()
    {
        string[] line = ["prune", Models.LeNet300, "--zeros", "0.5", "--preset", "fast", "--gzip", "never", "--dry-run"];
        var (plain, verbose) = (await CommandRun.Of(line), await CommandRun.Of([.. line, "--verbose"]));
        Assert.Equal(plain.Output, verbose.Output);
        Assert.DoesNotContain("left alone", plain.Messages, StringComparison.Ordinal);
        Assert.Contains("asked for: zeros 0.5, score magnitude, allocation gsp-scaled", verbose.Messages, StringComparison.Ordinal);
        Assert.Contains("fc1.weight: 52.2 % zeros: μ = ", verbose.Messages, StringComparison.Ordinal);
        Assert.Contains("fc1.bias [300] is left alone: ", verbose.Messages, StringComparison.Ordinal);
        var both = await CommandRun.Of([.. line, "--verbose", "--quiet"]);
        Assert.Equal(ExitCode.WrongUsage, both.ExitCode);
        Assert.Contains("--quiet and --verbose exclude each other", both.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_tells_of_channels_and_judgements_too()
    {
        var shrunk = await CommandRun.Of("shrink", Models.LeNet300, "--macs", "0.5", "-o", folder.File("s.onnx"), "--verbose");
        Assert.Contains("by one projection of the scores of all sets", shrunk.Messages, StringComparison.Ordinal);
        Assert.Contains("fc3.weight: all 10 channels stay: it is output 'logits'", shrunk.Messages, StringComparison.Ordinal);
        var judged = await CommandRun.Of("eval", folder.File("s.onnx"), "--inputs", Models.TestInputs, "--latency-runs", "1", "--verbose");
        Assert.Contains("'logits' is judged as classes, since", judged.Messages, StringComparison.Ordinal);
        Assert.Contains("latencies: 1 round after 5 to warm up", judged.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_says_nothing_is_said_to_be_at_work_and_at_what()
    {
        using var text = new StringWriter();
        using var messages = new Messages(TextWriter.Synchronized(text), isQuiet: false) { Step = "reconstructing fc1 (1 of 3)" };
        using (new SignOfLife(messages, TimeSpan.FromMilliseconds(20)))
        {
            SpinWait.SpinUntil(() => text.GetStringBuilder().Length > 0, TimeSpan.FromMinutes(1));
        }
        Assert.StartsWith("at work for 1 s: reconstructing fc1 (1 of 3) …", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Signs_of_life_become_rare_whatever_is_said_between()
    {
        using var text = new StringWriter();
        using var messages = new Messages(TextWriter.Synchronized(text), isQuiet: false);
        var (first, start) = (TimeSpan.FromMilliseconds(20), Stopwatch.GetTimestamp());
        int Signs() => text.ToString().Split("at work").Length - 1;
        using (new SignOfLife(messages, first))
        {
            for (var signs = 1; signs <= 4; signs++)
            {
                Assert.True(SpinWait.SpinUntil(() => Signs() >= signs, TimeSpan.FromMinutes(1)));
                messages.WriteLine("a step is done");
            }
        }
        // Each sign doubles the time before the next.
        Assert.True(Stopwatch.GetElapsedTime(start) >= 8 * first);
    }

    [Fact]
    public void What_is_shown_is_the_step_until_it_is_taken_away()
    {
        using var messages = new Messages(TextWriter.Null, isQuiet: true);
        var bar = new ProgressBar(messages);
        bar.Show(1, 3, "projecting fc1");
        Assert.Equal("projecting fc1", messages.Step);
        bar.Clear();
        Assert.Null(messages.Step);
    }
}
