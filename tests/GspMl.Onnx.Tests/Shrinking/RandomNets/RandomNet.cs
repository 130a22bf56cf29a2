using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking.RandomNets;

/// <summary>A picture on its way through a random net.</summary>
/// <param name="Name">The tensor, n × channels × size × size.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Size">Its height and width.</param>
internal readonly record struct Picture(string Name, int Channels, int Size);

/// <summary>
/// Nets of randomly chosen operators through which channels are followed: branches that are added, joined and gated, parts of channels,
/// groups, shuffles, attention. One seed always makes the same net.
/// </summary>
internal sealed class RandomNet
{
    private const int MostChannels = 24;
    private const int MostSize = 12;

    private readonly Random random;
    private readonly List<Picture> made = [];
    private int count;

    private RandomNet(int seed) => random = new(seed);

    public SmallNet Net { get; } = new();

    /// <summary>The net of a seed.</summary>
    public static SmallNet Of(int seed)
    {
        var net = new RandomNet(seed);
        net.Net.Picture();
        net.made.Add(net.Convolve(new("x", 3, 6), 8));
        for (var steps = net.random.Next(3, 10); steps > 0; steps--) net.Step();
        var last = net.Convolve(net.made[^1], net.random.Next(3, 9));
        return net.Net.Classify(last.Name, last.Channels);
    }

    private void Step()
    {
        var all = RandomSteps.All;
        var input = random.Next(4) == 0 ? made[random.Next(made.Count)] : made[^1];
        var next = all[random.Next(all.Count)](this, input);
        if (next is { } picture && picture.Channels is > 1 and <= MostChannels && picture.Size is > 1 and <= MostSize) made.Add(picture);
    }

    /// <summary>A whole number from 0 to below the bound.</summary>
    public int Next(int bound) => random.Next(bound);

    /// <summary>One of some.</summary>
    public T Any<T>(params T[] choices) => choices[random.Next(choices.Length)];

    /// <summary>A name that no tensor has.</summary>
    public string Name(string kind) => $"{kind}{count++}";

    /// <summary>A picture made before whose size is the same, and that fits.</summary>
    public Picture? Other(Picture picture, Func<Picture, bool> fits)
    {
        var fitting = made.Where(other => other.Size == picture.Size && other.Name != picture.Name && fits(other)).ToList();
        return fitting.Count == 0 ? null : fitting[random.Next(fitting.Count)];
    }

    /// <summary>A convolution that keeps the size.</summary>
    public Picture Convolve(Picture input, int to, int group = 1, int kernel = 3)
    {
        var name = Name("conv");
        Net.Conv(name, input.Name, input.Channels, to, kernel, group);
        return new(name, to, input.Size);
    }

    /// <summary>A node of one output that keeps the shape.</summary>
    public Picture Same(Picture input, string op, params string[] further)
    {
        var name = Name(op.ToLowerInvariant());
        Net.Node(op, [input.Name, .. further], name);
        return input with { Name = name };
    }

    /// <summary>A stored list of integers.</summary>
    public string Integers(params long[] values)
    {
        var name = Name("ints");
        Net.Integers(name, values);
        return name;
    }

    /// <summary>The picture in another shape, by a constant.</summary>
    public string Reshape(string input, params long[] shape)
    {
        var name = Name("reshape");
        Net.Node("Reshape", [input, Integers(shape)], name);
        return name;
    }

    /// <summary>Axes in another order.</summary>
    public string Transpose(string input, params long[] order)
    {
        var name = Name("transpose");
        Net.Node("Transpose", [input], name, Attribute("perm", order));
        return name;
    }

    /// <summary>A product with a stored matrix.</summary>
    public string Multiply(string input, string weight, int inputs, int outputs)
    {
        var name = Name("product");
        Net.Weight(weight, inputs, outputs).Node("MatMul", [input, weight], name);
        return name;
    }
}
