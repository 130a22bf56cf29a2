using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>A sum of products of extents, some of which shrink with channels.</summary>
internal sealed class ExtentProducts(ChannelLabels labels, IReadOnlyList<FollowedProduct> products) : ISize
{
    private static readonly HashSet<int> None = [];

    private readonly Lazy<Dictionary<int, List<int>>> uses = new(() => Uses(labels, products));

    /// <summary>The sum with all channels.</summary>
    public double All { get; } = products.Sum(product => product.Axes.Aggregate(product.Constant, (all, axis) => all * axis.Length));

    public bool IsEven => true;

    /// <summary>The sum without some channels. O(positions of all axes).</summary>
    public double Without(IReadOnlySet<int> removed) => removed.Count == 0 ? All : products.Sum(product => Left(product, removed));

    /// <summary>What goes with one channel when all others stay. O(positions of the axes where it lies).</summary>
    public double GoneWith(int channel)
        => uses.Value.GetValueOrDefault(channel)?.Sum(i => Left(products[i], None) - Left(products[i], new HashSet<int> { channel })) ?? 0;

    private double Left(FollowedProduct product, IReadOnlySet<int> removed)
        => product.Axes.Aggregate(product.Constant, (all, axis) => all * Left(axis, removed));

    private int Left(int[] axis, IReadOnlySet<int> removed)
    {
        if (removed.Count == 0) return axis.Length;
        var left = 0;
        foreach (var label in axis)
            if (!labels.IsGone(label, removed)) left++;
        return left;
    }

    private static Dictionary<int, List<int>> Uses(ChannelLabels labels, IReadOnlyList<FollowedProduct> products)
    {
        var uses = new Dictionary<int, List<int>>();
        for (var i = 0; i < products.Count; i++)
            foreach (var channel in products[i].Axes.SelectMany(axis => axis).SelectMany(labels.Channels))
            {
                if (!uses.TryGetValue(channel, out var own)) uses.Add(channel, own = []);
                if (own.Count == 0 || own[^1] != i) own.Add(i);
            }
        return uses;
    }
}
