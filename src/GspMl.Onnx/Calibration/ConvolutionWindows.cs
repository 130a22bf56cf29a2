using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Which input positions an output position of a convolution reads (ONNX Conv: strides, pads, dilations, auto_pad; any
/// number of spatial axes).
/// </summary>
internal sealed class ConvolutionWindows
{
    private readonly long[] input;
    private readonly long[] output;
    private readonly long[] kernel;
    private readonly long[] strides;
    private readonly long[] dilations;
    private readonly long[] begins;

    /// <param name="node">The Conv node.</param>
    /// <param name="input">Spatial extents of its input.</param>
    /// <param name="output">Spatial extents of its output.</param>
    /// <param name="kernel">Spatial extents of its weight.</param>
    public ConvolutionWindows(NodeProto node, long[] input, long[] output, long[] kernel)
    {
        (this.input, this.output, this.kernel) = (input, output, kernel);
        strides = Integers(node, "strides", input.Length, 1);
        dilations = Integers(node, "dilations", input.Length, 1);
        begins = Begins(node);
    }

    /// <summary>Kernel positions.</summary>
    public int KernelSize => (int)Product(kernel);

    /// <summary>Output positions.</summary>
    public int Positions => (int)Product(output);

    /// <summary>Input positions.</summary>
    public int InputSize => (int)Product(input);

    /// <summary>
    /// The input position under kernel position <paramref name="tap"/> of an output position, all row-major; −1 in the padding.
    /// </summary>
    public int InputPosition(int position, int tap)
    {
        long index = 0, stride = 1;
        for (var axis = input.Length - 1; axis >= 0; axis--)
        {
            var at = (position % output[axis] * strides[axis]) - begins[axis] + (tap % kernel[axis] * dilations[axis]);
            if (at < 0 || at >= input[axis]) return -1;
            index += at * stride;
            stride *= input[axis];
            (position, tap) = ((int)(position / output[axis]), (int)(tap / kernel[axis]));
        }
        return (int)index;
    }

    private long[] Begins(NodeProto node)
    {
        var mode = node.Attribute.FirstOrDefault(a => a.Name == "auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        if (mode is "VALID") return new long[input.Length];
        if (mode is "SAME_UPPER" or "SAME_LOWER")
            return [.. input.Select((extent, axis) => SameBegin(axis, extent, mode == "SAME_LOWER"))];
        return Integers(node, "pads", 2 * input.Length, 0)[..input.Length];
    }

    /// <summary>
    /// auto_pad: enough padding for ⌈input / stride⌉ outputs, the odd one at the end (upper) or at the beginning (lower).
    /// </summary>
    private long SameBegin(int axis, long extent, bool lower)
    {
        var total = Math.Max(0, ((output[axis] - 1) * strides[axis]) + ((kernel[axis] - 1) * dilations[axis]) + 1 - extent);
        return lower ? total - (total / 2) : total / 2;
    }

    private static long[] Integers(NodeProto node, string name, int count, long otherwise)
    {
        var values = node.Attribute.FirstOrDefault(a => a.Name == name)?.Ints;
        return values is { Count: > 0 } ? [.. values] : [.. Enumerable.Repeat(otherwise, count)];
    }

    private static long Product(long[] extents) => extents.Aggregate(1L, (product, extent) => product * extent);
}
