using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Shards;

public class ShardRecoveryTests
{
    private static readonly NmfOptions Options = Shards.Options with { MaxIterations = 12, BasisSparsity = 0.5 };

    [Fact]
    public async Task A_log_that_is_cut_anywhere_and_replayed_leads_to_the_same_bits()
    {
        var (shard, channel) = await Fitted();
        for (var cut = 1; cut < channel.Log.Count; cut++)
        {
            var (replayed, answers) = (new MemoryShard<float>(Data()), new List<byte[]>());
            // A request that was on its way when the machine was lost is made once more.
            foreach (var bytes in channel.Log[..cut].Append(channel.Log[cut - 1]).Concat(channel.Log[cut..]))
                answers.Add((await replayed.StepAsync(ShardRequest<float>.FromBytes(bytes))).ToBytes());
            answers.RemoveAt(cut);
            Assert.Equal(channel.Answers, answers);
            Assert.Equal(shard.Coefficients.Values, replayed.Coefficients.Values);
        }
    }

    [Fact]
    public async Task A_state_saved_anywhere_goes_on_to_the_same_bits_and_knows_its_last_answer()
    {
        var (shard, channel) = await Fitted();
        var first = new MemoryShard<float>(Data());
        for (var cut = 1; cut < channel.Log.Count; cut++)
        {
            await first.StepAsync(ShardRequest<float>.FromBytes(channel.Log[cut - 1]));
            if (cut == 1) continue; // no fit has begun
            using var state = new MemoryStream();
            first.Save(state);
            state.Position = 0;
            var restored = new MemoryShard<float>(Data());
            restored.Restore(state);
            Assert.Equal(first.LastNumber, restored.LastNumber);
            for (var i = cut - 1; i < channel.Log.Count; i++)
                Assert.Equal(channel.Answers[i], (await restored.StepAsync(ShardRequest<float>.FromBytes(channel.Log[i]))).ToBytes());
            Assert.Equal(shard.Coefficients.Values, restored.Coefficients.Values);
        }
    }

    [Fact]
    public async Task Lost_and_doubled_answers_change_nothing()
    {
        var x = Shards.Rows<float>();
        var (calm, rough) = (Shards.Cut(x, 256, 512), Shards.Cut(x, 256, 512));
        var random = new Random(5);
        var expected = await NonnegativeFactorization.FitAsync(calm, Options);
        var actual = await NonnegativeFactorization.FitAsync(
            rough.Select(shard => new Channel<float>(shard, _ => random.Next(1, 4))), Options);
        Assert.Equal(expected.Basis.Values, actual.Basis.Values);
        for (var i = 0; i < calm.Length; i++) Assert.Equal(calm[i].Coefficients.Values, rough[i].Coefficients.Values);
    }

    [Fact]
    public async Task A_request_that_does_not_follow_the_last_is_refused()
    {
        var (shard, channel) = await Fitted();
        var early = ShardRequest<float>.FromBytes(channel.Log[2]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => shard.StepAsync(early));
        Assert.Contains($"request {shard.LastNumber}; 2 does not follow", error.Message, StringComparison.Ordinal);
        var begun = new MemoryShard<float>(Data());
        await Assert.ThrowsAsync<InvalidOperationException>(() => begun.StepAsync(early));
        Assert.Throws<InvalidOperationException>(() => begun.Coefficients);
    }

    [Fact]
    public async Task A_shard_that_failed_within_a_request_does_not_go_on()
    {
        var shard = new MemoryShard<float>(Data());
        var bad = new ShardRequest<float>.Begin { Number = 1, Rank = 5, Basis = new float[3], InnerSteps = 2 };
        await Assert.ThrowsAnyAsync<ArgumentException>(() => shard.StepAsync(bad));
        var good = bad with { Basis = new float[150] };
        Assert.Contains("failed in request 1", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => shard.StepAsync(good))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_state_is_refused()
    {
        var (shard, _) = await Fitted();
        using var state = new MemoryStream();
        shard.Save(state);
        var bytes = state.ToArray();
        foreach (var length in new[] { 0, 10, 64, bytes.Length / 2, bytes.Length - 1 })
            Assert.Throws<InvalidDataException>(() => new MemoryShard<float>(Data()).Restore(new MemoryStream(bytes, 0, length)));
        Assert.Throws<InvalidDataException>(
            () => new MemoryShard<float>(Shards.Part(Shards.Rows<float>(), 0, 500)).Restore(new MemoryStream(bytes)));
        bytes[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => new MemoryShard<float>(Data()).Restore(new MemoryStream(bytes)));
    }

    private static DenseData<float> Data() => new(Shards.Rows<float>());

    private static async Task<(MemoryShard<float> Shard, Channel<float> Channel)> Fitted()
    {
        var shard = new MemoryShard<float>(Data());
        var channel = new Channel<float>(shard);
        await NonnegativeFactorization.FitAsync([channel], Options);
        return (shard, channel);
    }
}
