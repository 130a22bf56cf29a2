using GspMl.Onnx.Calibration;
using GspMl.Onnx.Weights;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>Which input position lies under each kernel position of a convolution, for every output position.</summary>
internal sealed class Taps(LinearLayer layer)
{
    private long[] extents = [];
    private int[][] taps = [];

    /// <summary>For each kernel position the input positions of all outputs, −1 in the padding; kept for further inputs.</summary>
    public int[][] At(long[] input)
    {
        if (input.SequenceEqual(extents)) return taps;
        var kernel = layer.Weight.View.Axes.Where(axis => axis.Role == AxisRole.Kernel).Select(axis => axis.Extent).ToArray();
        var windows = new ConvolutionWindows(layer.Node, input, OutputExtents(input, kernel), kernel);
        extents = input;
        return taps = [.. Enumerable.Range(0, windows.KernelSize).Select(tap
            => Enumerable.Range(0, windows.Positions).Select(position => windows.InputPosition(position, tap)).ToArray())];
    }

    /// <summary>The spatial extents of the outputs, as ONNX's Conv defines them.</summary>
    private long[] OutputExtents(long[] input, long[] kernel)
    {
        var strides = Integers("strides", input.Length, 1);
        var dilations = Integers("dilations", input.Length, 1);
        var pads = Integers("pads", 2 * input.Length, 0);
        var mode = layer.Node.Attribute.FirstOrDefault(a => a.Name == "auto_pad")?.S.ToStringUtf8();
        return [.. input.Select((extent, axis) => mode is "SAME_UPPER" or "SAME_LOWER" ? (extent + strides[axis] - 1) / strides[axis]
            : ((extent + (mode == "VALID" ? 0 : pads[axis] + pads[axis + input.Length]) - (dilations[axis] * (kernel[axis] - 1)) - 1)
                / strides[axis]) + 1)];
    }

    private long[] Integers(string name, int count, long otherwise)
        => layer.Node.Attribute.FirstOrDefault(a => a.Name == name)?.Ints is { Count: > 0 } values ? [.. values]
            : [.. Enumerable.Repeat(otherwise, count)];
}
