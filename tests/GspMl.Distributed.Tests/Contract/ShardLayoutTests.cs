using GspMl.Factorization;

namespace GspMl.Distributed.Tests.Contract;

public class ShardLayoutTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(10, 10)]
    [InlineData(100, 100)]
    [InlineData(800, 100)]
    [InlineData(2500, 1024)]
    public void Every_shard_is_added_once_in_its_order_and_no_sum_above_the_groups_has_more_than_ten_terms(int shards, int groups)
    {
        var layout = new ShardLayout(shards, groups);
        var seen = new List<int>();
        void Visit(ShardNode node)
        {
            if (node.Level == 0)
            {
                seen.Add(node.Index);
                return;
            }
            var children = layout.Children(node);
            Assert.Equal(seen.Count, layout.FirstShard(node));
            Assert.InRange(children.Count, 2, node.Level == 1 ? (shards + groups - 1) / groups : 10);
            foreach (var child in children) Visit(child);
        }
        Assert.InRange(layout.Top().Count, 1, 10);
        foreach (var node in layout.Top()) Visit(node);
        Assert.Equal(Enumerable.Range(0, shards), seen);
    }

    [Fact]
    public void Shards_in_another_number_than_the_layouts_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ShardLayout(2, 1).Group(new IShard<float>[3]));
}
