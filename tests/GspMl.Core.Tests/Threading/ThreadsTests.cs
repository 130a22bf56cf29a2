using System.Collections.Concurrent;
using GspMl.Threading;

namespace GspMl.Core.Tests.Threading;

public class ThreadsTests
{
    [Fact]
    public void One_thread_is_the_calling_one_in_order()
    {
        var (runs, here) = (new List<int>(), Environment.CurrentManagedThreadId);
        Threads.For(50, 1, run =>
        {
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            runs.Add(run);
        });
        Assert.Equal(Enumerable.Range(0, 50), runs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(16)]
    public void Every_number_is_run_once(int maxThreads)
    {
        var runs = new int[1000];
        Threads.For(runs.Length, maxThreads, run => Interlocked.Increment(ref runs[run]));
        Assert.All(runs, times => Assert.Equal(1, times));
    }

    [Fact]
    public void No_more_threads_than_allowed_are_at_work_at_once()
    {
        var (active, most, workers) = (0, 0, new ConcurrentDictionary<int, int>());
        Threads.For(60, 3, _ =>
        {
            var now = Interlocked.Increment(ref active);
            for (var seen = most; now > seen; seen = most) Interlocked.CompareExchange(ref most, now, seen);
            workers[Environment.CurrentManagedThreadId] = 1;
            // Threads that come although they may not must find others at work; the limit holds however long this is.
            Thread.SpinWait(10_000);
            Interlocked.Decrement(ref active);
        });
        Assert.InRange(most, 1, 3);
        Assert.InRange(workers.Count, 1, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_the_body_throws_is_thrown_as_it_was(int maxThreads)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Threads.For(100, maxThreads, run =>
        {
            if (run == 7) throw new InvalidOperationException("the seventh");
        }));
        Assert.Equal("the seventh", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_cancelled_loop_throws_before_its_next_run(int maxThreads)
    {
        using var source = new CancellationTokenSource();
        var runs = 0;
        Assert.Throws<OperationCanceledException>(() => Threads.For(10_000, maxThreads, _ =>
        {
            // Other threads wait here, so that they cannot come to the end before the fifth run has cancelled.
            if (Interlocked.Increment(ref runs) == 5) source.Cancel();
            else if (runs > 5) source.Token.WaitHandle.WaitOne();
        }, source.Token));
        Assert.InRange(runs, 5, 5 + maxThreads);
    }

    [Fact]
    public void Nought_stands_for_the_processors_and_less_is_refused()
    {
        Assert.Equal(Environment.ProcessorCount, Threads.Resolve(0));
        Assert.Equal(3, Threads.Resolve(3));
        Assert.Equal("maxThreads", Assert.Throws<ArgumentOutOfRangeException>(() => Threads.Resolve(-1)).ParamName);
        Assert.Equal("maxThreads", Assert.Throws<ArgumentOutOfRangeException>(() => Threads.For(0, -1, _ => { })).ParamName);
        Threads.For(0, 0, _ => Assert.Fail("There is nothing to run."));
    }
}
