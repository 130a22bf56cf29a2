using GspMl.Onnx.Calibration;

namespace GspMl.Onnx.Tests.Calibration;

public class OrderedBatchesTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 16)]
    [InlineData(7, 1)]
    [InlineData(7, 3)]
    [InlineData(50, 8)]
    public void All_are_taken_in_order_and_no_more_than_allowed_are_at_work(int batches, int atOnce)
    {
        var taken = new List<(int Batch, int Made)>();
        var (atWork, most) = (0, 0);
        OrderedBatches.Run(batches, atOnce, batch =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref atWork));
            // Of neighbours the later one is often done first.
            Thread.SpinWait(50_000 * (2 - (batch % 3)));
            Interlocked.Decrement(ref atWork);
            return batch * batch;
        }, (batch, made) => taken.Add((batch, made)), default);

        Assert.Equal(Enumerable.Range(0, batches).Select(batch => (batch, batch * batch)), taken);
        Assert.InRange(most, 0, atOnce);
    }

    [Fact]
    public void What_a_batch_throws_comes_out_and_cancelling_is_seen_before_the_next()
    {
        var taken = 0;
        Assert.Throws<InvalidDataException>(() => OrderedBatches.Run(9, 3, batch => batch == 4 ? throw new InvalidDataException() : batch,
            (_, _) => taken++, default));
        Assert.Equal(3, taken);

        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => OrderedBatches.Run(9, 3, batch => batch, (batch, _) =>
        {
            if (batch == 2) cancel.Cancel();
        }, cancel.Token));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
