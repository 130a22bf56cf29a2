using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Shell;

public sealed class InterruptionTests
{
    [Fact]
    public async Task Any_number_of_signals_at_once_cancel_once_and_end_the_process_once()
    {
        var ended = new TaskCompletionSource<int>();
        var ends = 0;
        using var interruption = new Interruption(TimeSpan.FromMilliseconds(10), code =>
        {
            Interlocked.Increment(ref ends);
            ended.TrySetResult(code);
        });
        var cancelled = 0;
        using var _ = interruption.Token.Register(() => Interlocked.Increment(ref cancelled));
        using var failing = interruption.Token.Register(() => throw new InvalidOperationException("of the work"));

        Parallel.For(0, 8, _ => interruption.Ask());

        Assert.Equal(ExitCode.Cancelled, await ended.Task);
        Assert.True(interruption.Token.IsCancellationRequested);
        Assert.Equal((1, 1), (ends, cancelled));
    }
}
