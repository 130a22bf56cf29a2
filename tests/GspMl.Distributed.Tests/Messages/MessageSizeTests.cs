using GspMl.Distributed.Messages;
using GspMl.Factorization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace GspMl.Distributed.Tests.Messages;

public class MessageSizeTests
{
    [Fact]
    public void What_is_sent_is_at_most_a_fiftieth_more_than_the_numbers_in_it()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<ShardMessage>>();
        var basis = new float[500 * 10];
        var request = new ShardRequest<float>.Fit { Number = 7, Basis = basis, Ahead = 0.5 }.ToBytes();
        Assert.InRange(serializer.SerializeToArray(new(request)).Length, 4 * basis.Length, 1.02 * 4 * basis.Length);

        var sums = new ShardSums<float> { Product = basis, Gram = new double[100], FittedGram = new double[100] };
        var payload = (4 * basis.Length) + (8 * 200);
        Assert.InRange(serializer.SerializeToArray(new(sums.ToBytes())).Length, payload, 1.02 * payload);
        Assert.Equal(request, serializer.Deserialize(serializer.SerializeToArray(new(request)))!.Bytes);
    }

    [Fact]
    public void Keys_of_nodes_come_back_from_their_text()
    {
        var key = new NodeKey("run-1", new(2, 13), 130, 800);
        Assert.Equal(key, NodeKey.Parse(key.ToString()));
        Assert.Throws<FormatException>(() => NodeKey.Parse("run-1/2"));
    }
}
