using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking.Following;

/// <summary>Channels that something holds stay, and the report says what.</summary>
public sealed class FixedChannelsTests : IDisposable
{
    /// <summary>Nets whose first layer's channels are held, for the reason that is the key; those of the layer 'z' can go.</summary>
    private static readonly Dictionary<string, Func<SmallNet>> Nets = new()
    {
        ["Softmax 'softmax_b' normalises over it"] = () => Net().Node("Softmax", ["a"], "b", Attribute("axis", 1L)),
        ["ReduceMean 'reducemean_m' reduces over it"] = ()
            => Net().Node("ReduceMean", ["a"], "m", Attribute("axes", [1L])).Node("Sub", ["a", "m"], "b"),
        ["LayerNormalization 'layernormalization_b' normalises over it"] = ()
            => Net().Weight("scale", 8, 6, 6).Node("LayerNormalization", ["a", "scale"], "b", Attribute("axis", 1L)),
        ["RMSNormalization 'rmsnormalization_b' normalises over it"] = ()
            => new SmallNet(opset: 23).Picture().Conv("a", "x", 3, 8).Weight("scale", 8, 6, 6)
            .Node("RMSNormalization", ["a", "scale"], "b", Attribute("axis", 1L)),
        ["GroupNormalization 'groupnormalization_b' normalises over it"] = ()
            => new SmallNet(opset: 21).Picture().Conv("a", "x", 3, 8).Weight("scale", 8).Weight("shift", 8)
            .Node("GroupNormalization", ["a", "scale", "shift"], "b", Attribute("num_groups", 1L)),
        ["LRN 'lrn_b' is no operator whose channels are followed"] = () => Net().Node("LRN", ["a"], "b", Attribute("size", 3L)),
        ["Add 'add_b' joins it with input 'x'"] = () => new SmallNet().Picture(8).Conv("a", "x", 8, 8).Node("Add", ["a", "x"], "b"),
        ["it is output 'a' of the model"] = () => Net().Output("a", "n", 8, 6, 6).Node("Relu", ["a"], "b"),
        ["Mul 'mul_e' computes with its extent"] = ()
            => Net().Node("Shape", ["a"], "s").Integers("one", 1).Node("Gather", ["s", "one"], "d").Node("Mul", ["d", "one"], "e")
            .Node("Cast", ["e"], "f", Attribute("to", 1L)).Node("Mul", ["a", "f"], "b"),
        ["Reshape 'reshape_c' shares the constant of its shape 'shape' with other nodes"] = ()
            => Net().Integers("shape", 0, 8, 36).Node("Reshape", ["a", "shape"], "c").Integers("back", 0, 0, 6, 6)
            .Node("Reshape", ["c", "back"], "b").Conv("other", "x", 3, 8).Node("Reshape", ["other", "shape"], "o").Output("o", "n", 8, 36),
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Reasons() => [.. Nets.Keys];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_is_held_stays_and_tells_why(string reason)
    {
        using var model = OnnxModel.Load(Nets[reason]().Conv("z", "b", 8, 6).Classify("z", 6).Builder.Save(folder["dense.onnx"]));

        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1 });
        using (smaller) smaller.Save(folder["smaller.onnx"]);

        var held = report.Sets.Single(set => set.Layers.Contains("a.w"));
        Assert.Equal((reason, 8), (held.Reason, held.After));
        Assert.InRange(report.Sets.Single(set => set.Layers.Contains("z.w")).After, 1, 5);
    }

    [Fact]
    public void Weights_in_subgraphs_hold_what_reaches_them()
    {
        var branch = new Proto.GraphProto { Name = "branch" };
        branch.Node.Add(MakeNode("Relu", ["a"], ["t"]));
        branch.Output.Add(new Proto.ValueInfoProto { Name = "t" });
        var other = new Proto.GraphProto { Name = "other" };
        other.Node.Add(MakeNode("Neg", ["a"], ["e"]));
        other.Output.Add(new Proto.ValueInfoProto { Name = "e" });
        var net = Net().Node("ReduceMax", ["x"], "m", Attribute("keepdims", 0L)).Constant("zero", [0f]).Node("Greater", ["m", "zero"], "c")
            .Node("If", ["c"], "b", Attribute("then_branch", branch), Attribute("else_branch", other));
        using var model = OnnxModel.Load(net.Conv("z", "b", 8, 6).Classify("z", 6).Builder.Save(folder["dense.onnx"]));

        var report = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1 }).Report;

        Assert.Equal("If 'if_b' reads it in a subgraph", report.Sets.Single(set => set.Layers.Contains("a.w")).Reason);
    }

    private static SmallNet Net() => new SmallNet().Picture().Conv("a", "x", 3, 8);
}
