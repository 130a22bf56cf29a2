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
    public void Who_says_nothing_is_said_to_be_at_work()
    {
        using var text = new StringWriter();
        using var messages = new Messages(TextWriter.Synchronized(text), isQuiet: false);
        using (new SignOfLife(messages, TimeSpan.FromMilliseconds(20)))
        {
            SpinWait.SpinUntil(() => text.GetStringBuilder().Length > 0, TimeSpan.FromMinutes(1));
        }
        Assert.StartsWith("at work for 1 s …", text.ToString(), StringComparison.Ordinal);
    }
}
