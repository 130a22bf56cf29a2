using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>A layer's weight cut into slices by its channels.</summary>
internal sealed class ChannelSlices
{
    private readonly FollowedLayer layer;
    private readonly double[] values;
    private readonly int[] outputOffsets;
    private readonly int[] inputOffsets;

    /// <exception cref="OnnxModelException">The weight cannot be read, or holds NaN or infinity.</exception>
    public ChannelSlices(OnnxModel model, FollowedLayer layer)
    {
        this.layer = layer;
        values = WeightCodec<double>.Decode(model, layer.Weight!);
        (outputOffsets, inputOffsets) = (Offsets(layer.Weight!.View, AxisRole.Group, AxisRole.Output), Offsets(layer.Weight.View, AxisRole.Input, AxisRole.Kernel));
    }

    /// <summary>The squared norm of what each output channel's filter holds.</summary>
    public double[] OutputSquares() => OverOutputs(value => value * value);

    /// <summary>The sum of magnitudes of what each output channel's filter holds.</summary>
    public double[] OutputSums() => OverOutputs(Math.Abs);

    /// <summary>The squared norm of what reads each input channel.</summary>
    public double[] InputSquares()
    {
        var squares = new double[layer.Inputs!.Length];
        for (var i = 0; i < inputOffsets.Length; i++)
            foreach (var offset in outputOffsets) squares[(int)((long)i * squares.Length / inputOffsets.Length)] += values[inputOffsets[i] + offset] * values[inputOffsets[i] + offset];
        return squares;
    }

    /// <summary>Positions of the stored elements, over the axes with the roles.</summary>
    public static int[] Offsets(WeightView view, params AxisRole[] roles)
    {
        int[] offsets = [0];
        foreach (var axis in roles.SelectMany(role => view.Axes.Where(axis => axis.Role == role)))
            offsets = [.. offsets.SelectMany(_ => Enumerable.Range(0, (int)axis.Extent), (offset, step) => checked((int)(offset + (step * axis.Stride))))];
        return offsets;
    }

    private double[] OverOutputs(Func<double, double> term)
    {
        var sums = new double[layer.Outputs!.Length];
        for (var o = 0; o < outputOffsets.Length; o++)
            foreach (var offset in inputOffsets) sums[o % sums.Length] += term(values[outputOffsets[o] + offset]);
        return sums;
    }
}
