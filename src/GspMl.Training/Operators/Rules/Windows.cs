using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>
/// Windows that slide over spatial axes, of a convolution or a pooling: output position o reads the inputs o · stride − before + t ·
/// dilation for each tap t of the kernel.
/// </summary>
/// <param name="Inputs">Extents of the axes that the windows slide over.</param>
/// <param name="Outputs">Positions of the windows.</param>
/// <param name="Kernel">Taps.</param>
/// <param name="Strides">Steps from window to window.</param>
/// <param name="Dilations">Steps from tap to tap.</param>
/// <param name="Before">Positions of padding before each axis.</param>
internal sealed record Windows(long[] Inputs, long[] Outputs, long[] Kernel, long[] Strides, long[] Dilations, long[] Before)
{
    // Of positions that only padding reaches, by all.
    private const double LargestWaste = 1.35;

    public int Axes => Inputs.Length;

    private static long Positions(long[] extents) => extents.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>From the first position that the first window reads to the last of the last.</summary>
    public long[] Reach => [.. Enumerable.Range(0, Axes).Select(i => ((Outputs[i] - 1) * Strides[i]) + Extent(i))];

    /// <summary>How far the windows reach beyond the end of each axis; negative where the end is not read.</summary>
    public long[] Beyond => [.. Reach.Select((reach, i) => reach - Before[i] - Inputs[i])];

    private long Extent(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>Those of a node, by its attributes and shapes.</summary>
    public static Windows Of(NodeProto node, IReadOnlyList<long> inputs, IReadOnlyList<long> outputs, IReadOnlyList<long> kernel)
    {
        var axes = inputs.Count - 2;
        var ones = Enumerable.Repeat(1L, axes).ToArray();
        var windows = new Windows([.. inputs.Skip(2)], [.. outputs.Skip(2)], [.. kernel], node.Integers("strides") ?? ones,
            node.Integers("dilations") ?? ones, new long[axes]);
        return windows with { Before = Padding(node, windows) };
    }

    private static long[] Padding(NodeProto node, Windows windows)
    {
        if (node.Text("auto_pad", "NOTSET") is var how and ("SAME_UPPER" or "SAME_LOWER"))
        {
            var all = windows.Beyond.Select(beyond => Math.Max(beyond, 0));
            return [.. all.Select(pads => how == "SAME_UPPER" ? pads / 2 : pads - (pads / 2))];
        }
        return node.Integers("pads")?[..windows.Axes] ?? new long[windows.Axes];
    }

    /// <summary>The gradient of what the windows read, from that of each window's product with the kernel.</summary>
    /// <param name="graph">Where to write.</param>
    /// <param name="gradient">[N, M, outputs…].</param>
    /// <param name="weight">[M, C / groups, kernel…].</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <returns>[N, C, inputs…].</returns>
    public string Back(GraphWriter graph, string gradient, string weight, IReadOnlyList<long> shape, long groups)
        => Strides.All(stride => stride == 1) && Positions(Inputs) <= LargestWaste * Positions(Outputs) && MirroredPads is { } pads
            ? Mirrored(graph, gradient, weight, shape, groups, pads)
            : Transposed(graph, gradient, weight, groups);

    /// <summary>The padding of the convolution by the mirrored kernel; null where it would cut.</summary>
    private long[]? MirroredPads
    {
        get
        {
            long[] before = [.. Enumerable.Range(0, Axes).Select(i => Extent(i) - 1 - Before[i])];
            long[] after = [.. Enumerable.Range(0, Axes).Select(i => Inputs[i] - Outputs[i] - before[i] + Extent(i) - 1)];
            return before.Concat(after).All(pad => pad >= 0) ? [.. before, .. after] : null;
        }
    }

    /// <summary>Windows one apart go back by a convolution with the mirrored kernel, which ONNX Runtime computes faster.</summary>
    private string Mirrored(GraphWriter graph, string gradient, string weight, IReadOnlyList<long> shape, long groups, long[] pads)
    {
        var spatial = Axis.From(2, Axes + 2).ToArray();
        var mirrored = Kernel.All(taps => taps == 1) ? weight
            : graph.Slice(weight, [.. spatial.Select(_ => -1L)], [.. spatial.Select(_ => long.MinValue)], spatial,
                [.. spatial.Select(_ => -1L)]);
        var turned = groups == 1 ? graph.Transpose(mirrored, [1, 0, .. spatial]) : Turned(graph, mirrored, shape, groups);
        return graph.Node("Conv", [gradient, turned], Attributes.Of("dilations", Dilations), Attributes.Of("kernel_shape", Kernel),
            Attributes.Of("group", groups), Attributes.Of("pads", pads));
    }

    /// <summary>Each group's filters and channels exchanged: [M, C / groups, …] as [C, M / groups, …].</summary>
    private string Turned(GraphWriter graph, string weight, IReadOnlyList<long> shape, long groups)
    {
        var (outputs, inputs) = (shape[0] / groups, shape[1]);
        var apart = graph.Reshape(weight, [groups, outputs, inputs, .. Kernel]);
        var exchanged = graph.Transpose(apart, [0, 2, 1, .. Axis.From(3, Axes + 3)]);
        return graph.Reshape(exchanged, [groups * inputs, outputs, .. Kernel]);
    }

    private string Transposed(GraphWriter graph, string gradient, string weight, long groups)
    {
        var isPlain = Beyond.SequenceEqual(Before);
        var full = graph.Node("ConvTranspose", [gradient, weight], Attributes.Of("strides", Strides), Attributes.Of("dilations", Dilations),
            Attributes.Of("kernel_shape", Kernel), Attributes.Of("group", groups),
            Attributes.Of("pads", isPlain ? [.. Before, .. Before] : new long[2 * Axes]));
        return isPlain ? full : Inside(graph, full);
    }

    /// <summary>Of all positions that windows reach those that are there; what none reaches gets zeros.</summary>
    private string Inside(GraphWriter graph, string full)
    {
        var missing = Beyond.Select(beyond => Math.Max(-beyond, 0)).ToArray();
        if (missing.Any(pad => pad > 0)) full = graph.Pad(full, [.. new long[Axes + 2], 0, 0, .. missing]);
        if (Before.All(pad => pad == 0) && Beyond.All(beyond => beyond <= 0)) return full;
        return graph.Slice(full, Before, [.. Before.Zip(Inputs, (before, extent) => before + extent)], [.. Axis.From(2, Axes + 2)]);
    }
}
