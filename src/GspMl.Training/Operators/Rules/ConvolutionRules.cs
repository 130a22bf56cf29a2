using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>
/// A weight [M, C/g, k…] slides over an input [N, C, …]. The input's gradient is the transposed convolution; the weight's is a convolution
/// too, of the input with the output's gradient, in which rows are channels and strides and dilations change their places.
/// </summary>
internal sealed class ConvolutionRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Conv"];

    public override IReadOnlyList<int> Parameters => [1, 2];

    public override void Write(NodeGradient node)
    {
        var windows = Windows.Of(node.Node, node.Shape(0), node.OutputShape(), [.. node.Shape(1).Skip(2)]);
        var groups = node.Node.Integer("group", 1);
        if (node.Wants(0)) node.Give(0, windows.Back(node.Graph, node.Gradient, node.Input(1), node.Shape(1), groups));
        if (node.Wants(1))
        {
            var filters = new FilterGradient(node.Graph, windows, groups, node.Shape(0), node.OutputShape());
            node.Give(1, filters.Write(node.Input(0), node.Gradient));
        }
        if (node.Wants(2))
            node.Give(2, node.Graph.Reshape(node.Graph.ReduceSum(node.Gradient, [0, .. Axis.From(2, node.Shape(0).Count)]), node.Shape(2)));
    }
}

/// <summary>
/// A weight [C, M/g, k…] is laid over the output at every position of the input [N, C, …]: a convolution read backwards, so each gradient
/// is the other's.
/// </summary>
internal sealed class TransposedConvolutionRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["ConvTranspose"];

    public override IReadOnlyList<int> Parameters => [1, 2];

    public override void Write(NodeGradient node)
    {
        if (node.Node.Integers("output_shape") is not null || node.Node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"))
            throw new NoGradientException("its padding follows from the output's shape");
        var (graph, groups) = (node.Graph, node.Node.Integer("group", 1));
        var windows = Windows.Of(node.Node, node.OutputShape(), node.Shape(0), [.. node.Shape(1).Skip(2)]);
        if (node.Wants(0))
        {
            var after = windows.Beyond.Select(beyond => Math.Max(beyond, 0));
            node.Give(0, graph.Node("Conv", [node.Gradient, node.Input(1)], Attributes.Of("strides", windows.Strides),
                Attributes.Of("dilations", windows.Dilations), Attributes.Of("kernel_shape", windows.Kernel),
                Attributes.Of("group", groups), Attributes.Of("pads", [.. windows.Before, .. after])));
        }
        if (node.Wants(1))
            node.Give(1, new FilterGradient(graph, windows, groups, node.OutputShape(), node.Shape(0)).Write(node.Gradient, node.Input(0)));
        if (node.Wants(2))
            node.Give(2, graph.Reshape(graph.ReduceSum(node.Gradient, [0, .. Axis.From(2, node.Shape(0).Count)]), node.Shape(2)));
    }
}

/// <summary>The gradient of a convolution's weight.</summary>
/// <param name="graph">Where to write.</param>
/// <param name="windows">The windows.</param>
/// <param name="groups">Groups of channels.</param>
/// <param name="from">The shape of what the windows slide over, [N, C, …].</param>
/// <param name="to">The shape of what comes out, [N, M, …].</param>
internal sealed class FilterGradient(GraphWriter graph, Windows windows, long groups, IReadOnlyList<long> from, IReadOnlyList<long> to)
{
    // From here on a product for each tap is large enough to be computed well.
    private const int ManyChannels = 32;

    // Of positions without a window, by those with one.
    private const double LargestWaste = 1.35;

    private readonly long rows = from[0];
    private readonly int rank = from.Count;

    /// <returns>[M, C / groups, kernel…].</returns>
    public string Write(string input, string gradient)
        => groups == 1 && windows.Kernel.All(taps => taps == 1) && windows.Before.All(pad => pad == 0) ? Pointwise(input, gradient)
            : groups == 1 && from[1] >= ManyChannels ? ByTaps(input, gradient) : Convolved(input, gradient);

    /// <summary>
    /// Many channels: for each tap a product of matrices over all rows and positions, of the gradient with what the tap reads, [C, N, …].
    /// </summary>
    private string ByTaps(string input, string gradient)
    {
        var channels = Padded(graph.Transpose(input, [1, 0, .. Axis.From(2, rank)]));
        var filters = graph.Transpose(gradient, [1, 0, .. Axis.From(2, rank)]);
        var count = (int)windows.Kernel.Aggregate(1L, (product, taps) => product * taps);
        var products = IsNearlyWhole ? Shifted(channels, filters, count) : Sliced(channels, filters, count);
        var taps = products.Select(product => graph.Reshape(product, to[1], from[1], 1)).ToList();
        return graph.Reshape(taps.Count == 1 ? taps[0] : graph.Concat(taps, 2), [to[1], from[1], .. windows.Kernel]);
    }

    /// <summary>Extents with padding.</summary>
    private long[] Wide => [.. windows.Inputs.Select((extent, i) => extent + windows.Before[i] + Math.Max(windows.Beyond[i], 0))];

    /// <summary>Whether windows stand at nearly every position, one apart.</summary>
    private bool IsNearlyWhole => windows.Strides.All(stride => stride == 1)
        && Product(Wide) <= LargestWaste * Product(windows.Outputs);

    private static long Product(IEnumerable<long> extents) => extents.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>
    /// Positions in one line: what a tap reads lies as far behind what the first one reads, everywhere. The gradient is zero where there is
    /// no window. Pieces of a line are copied fast.
    /// </summary>
    private IEnumerable<string> Shifted(string channels, string filters, int count)
    {
        var behind = Wide.Zip(windows.Outputs, (wide, outputs) => wide - outputs);
        var (line, furthest) = (rows * Product(Wide), Offset(count - 1));
        var spread = graph.Reshape(graph.Pad(filters, [.. new long[rank], 0, 0, .. behind]), to[1], line);
        // The last windows read nothing beyond the end, so the last positions of the line have none.
        var placed = graph.Slice(spread, [0], [line - furthest], [1]);
        var read = graph.Reshape(channels, from[1], line);
        return Enumerable.Range(0, count).Select(Offset)
            .Select(offset => graph.MultiplyTransposed(placed, graph.Slice(read, [offset], [line - furthest + offset], [1])));
    }

    /// <summary>How far a tap lies behind the first one, in a line of all positions.</summary>
    private long Offset(int tap)
    {
        var (offset, stride) = (0L, 1L);
        for (var axis = windows.Axes - 1; axis >= 0; axis--)
        {
            offset += tap % windows.Kernel[axis] * windows.Dilations[axis] * stride;
            stride *= Wide[axis];
            tap /= (int)windows.Kernel[axis];
        }
        return offset;
    }

    private IEnumerable<string> Sliced(string channels, string filters, int count)
    {
        var positions = rows * Product(windows.Outputs);
        var flat = graph.Reshape(filters, to[1], positions);
        return Enumerable.Range(0, count)
            .Select(tap => graph.MultiplyTransposed(flat, graph.Reshape(Read(channels, tap), from[1], positions)));
    }

    private string Padded(string channels)
    {
        var after = windows.Beyond.Select(beyond => Math.Max(beyond, 0));
        return windows.Before.Concat(after).All(pad => pad == 0) ? channels
            : graph.Pad(channels, [0, 0, .. windows.Before, 0, 0, .. after]);
    }

    /// <summary>What a tap reads at every position of the windows: [C, N, outputs…].</summary>
    private string Read(string channels, int tap)
    {
        var starts = new long[windows.Axes];
        for (var axis = windows.Axes - 1; axis >= 0; axis--)
        {
            starts[axis] = tap % windows.Kernel[axis] * windows.Dilations[axis];
            tap /= (int)windows.Kernel[axis];
        }
        var ends = starts.Select((start, axis) => start + ((windows.Outputs[axis] - 1) * windows.Strides[axis]) + 1).ToArray();
        return graph.Slice(channels, starts, ends, [.. Axis.From(2, rank)], windows.Strides);
    }

    /// <summary>Windows of one position: a product of matrices for each row, and their sum.</summary>
    private string Pointwise(string input, string gradient)
    {
        var positions = windows.Outputs.Aggregate(1L, (product, extent) => product * extent);
        var read = windows.Strides.All(stride => stride == 1) ? input
            : graph.Slice(input, new long[windows.Axes], windows.Inputs, [.. Axis.From(2, rank)], windows.Strides);
        var columns = graph.Transpose(graph.Reshape(read, rows, from[1], positions), 0, 2, 1);
        var products = graph.MatMul(graph.Reshape(gradient, rows, to[1], positions), columns);
        return graph.Reshape(graph.ReduceSum(products, 0), [to[1], from[1], .. windows.Kernel]);
    }

    private string Convolved(string input, string gradient)
    {
        long[] spatial = [.. Axis.From(2, rank)];
        var after = windows.Beyond.Zip(windows.Before, Math.Max).ToArray();
        var taps = graph.Node("Conv", [ChannelsAsRows(input), graph.Transpose(gradient, [1, 0, .. spatial])],
            Attributes.Of("strides", windows.Dilations), Attributes.Of("dilations", windows.Strides),
            Attributes.Of("kernel_shape", windows.Outputs), Attributes.Of("group", groups),
            Attributes.Of("pads", [.. windows.Before, .. after]));
        var weight = graph.Transpose(taps, [1, 0, .. spatial]);
        return Longer(after) ? graph.Slice(weight, new long[windows.Axes], windows.Kernel, spatial) : weight;
    }

    /// <summary>[N, C, …] as [C / groups, groups · N, …].</summary>
    private string ChannelsAsRows(string input)
    {
        if (groups == 1) return graph.Transpose(input, [1, 0, .. Axis.From(2, rank)]);
        var perGroup = from[1] / groups;
        var apart = graph.Reshape(input, [rows, groups, perGroup, .. windows.Inputs]);
        var turned = graph.Transpose(apart, [2, 1, 0, .. Axis.From(3, rank + 1)]);
        return graph.Reshape(turned, [perGroup, groups * rows, .. windows.Inputs]);
    }

    /// <summary>Whether the convolution finds further taps, behind those of the kernel.</summary>
    private bool Longer(long[] after)
        => Enumerable.Range(0, windows.Axes).Any(i =>
            ((windows.Inputs[i] + windows.Before[i] + after[i] - ((windows.Outputs[i] - 1) * windows.Strides[i]) - 1)
                / windows.Dilations[i]) + 1 != windows.Kernel[i]);
}
