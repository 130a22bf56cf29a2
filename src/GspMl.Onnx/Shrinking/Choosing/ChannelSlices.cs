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
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="costs">What each element's magnitude is divided by.</param>
    public ChannelSlices(OnnxModel model, FollowedLayer layer, IWeightCosts costs)
    {
        this.layer = layer;
        values = WeightCodec<double>.Decode(model.Elements, layer.Weight!);
        if (costs.Of<double>(layer.Weight!) is { } dear)
            for (var i = 0; i < values.Length; i++) values[i] /= dear[i];
        (outputOffsets, inputOffsets) =
            (layer.Weight!.View.Offsets(AxisRole.Group, AxisRole.Output), layer.Weight.View.Offsets(AxisRole.Input, AxisRole.Kernel));
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
            foreach (var offset in outputOffsets)
                squares[(int)((long)i * squares.Length / inputOffsets.Length)] +=
                    values[inputOffsets[i] + offset] * values[inputOffsets[i] + offset];
        return squares;
    }

    private double[] OverOutputs(Func<double, double> term)
    {
        var sums = new double[layer.Outputs!.Length];
        for (var o = 0; o < outputOffsets.Length; o++)
            foreach (var offset in inputOffsets) sums[o % sums.Length] += term(values[outputOffsets[o] + offset]);
        return sums;
    }
}
