using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Streaming;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Norms of slices of a layer's weight, cut by its channels; the weight is read once, piece by piece.</summary>
internal sealed class ChannelSlices
{
    private readonly double[] outputs;
    private readonly double[] outputSums;
    private readonly double[] inputs;
    private readonly int[] channelOfOutput;
    private readonly int[] channelOfInput;
    private readonly (long Extent, long Stride, int Output, int Input)[] axes;

    /// <exception cref="OnnxModelException">The weight cannot be read.</exception>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="costs">What each element's magnitude is divided by.</param>
    public ChannelSlices(OnnxModel model, FollowedLayer layer, IWeightCosts costs)
    {
        var weight = layer.Weight!;
        (outputs, inputs) = (new double[layer.Outputs?.Length ?? 1], new double[layer.Inputs?.Length ?? 1]);
        outputSums = new double[outputs.Length];
        var (outputCount, inputCount) = ((int)(weight.View.Extent(AxisRole.Group) * weight.View.Extent(AxisRole.Output)),
            (int)(weight.View.Extent(AxisRole.Input) * weight.View.Extent(AxisRole.Kernel)));
        channelOfOutput = [.. Enumerable.Range(0, outputCount).Select(o => o % outputs.Length)];
        channelOfInput = [.. Enumerable.Range(0, inputCount).Select(i => (int)((long)i * inputs.Length / inputCount))];
        axes = Axes(weight.View);
        var dear = costs.Of<double>(weight);
        using var pieces = new WeightPieces<double>(model, weight);
        for (var piece = 0; piece < pieces.Count; piece++)
            pieces.Visit(piece, (values, _, first) => Add(values, first, dear is null ? [] : dear.AsSpan((int)first, values.Length)));
    }

    /// <summary>The squared norm of what each output channel's filter holds.</summary>
    public IReadOnlyList<double> OutputSquares => outputs;

    /// <summary>The sum of magnitudes of what each output channel's filter holds.</summary>
    public IReadOnlyList<double> OutputSums => outputSums;

    /// <summary>The squared norm of what reads each input channel.</summary>
    public IReadOnlyList<double> InputSquares => inputs;

    /// <summary>The weight's axes, outermost in memory first, with what a step along them is among outputs and among inputs.</summary>
    private static (long Extent, long Stride, int Output, int Input)[] Axes(WeightView view)
    {
        var steps = new Dictionary<int, (int Output, int Input)>();
        Count([AxisRole.Group, AxisRole.Output], step => (step, 0));
        Count([AxisRole.Input, AxisRole.Kernel], step => (0, step));
        return [.. view.Axes.Select((axis, k) => (axis.Extent, axis.Stride, steps[k].Output, steps[k].Input))
            .Where(axis => axis.Extent > 1).OrderByDescending(axis => axis.Stride)];

        void Count(AxisRole[] roles, Func<int, (int, int)> of)
        {
            var step = 1;
            foreach (var (k, axis) in roles.SelectMany(role => view.Axes.Index().Where(axis => axis.Item.Role == role)).Reverse())
            {
                steps[k] = of(step);
                step *= (int)axis.Extent;
            }
        }
    }

    /// <summary>Adds elements that lie one behind the other: along the innermost axis one channel, or the next, for each.</summary>
    private int Add(ReadOnlySpan<double> values, long first, ReadOnlySpan<double> costs)
    {
        var inner = axes.Length > 0 ? axes[^1] : (Extent: 1, Stride: 1, Output: 0, Input: 0);
        for (var at = 0; at < values.Length;)
        {
            var (output, input, place) = (0, 0, (first + at) % inner.Extent);
            foreach (var axis in axes)
            {
                var position = (int)((first + at) / axis.Stride % axis.Extent);
                (output, input) = (output + (position * axis.Output), input + (position * axis.Input));
            }
            var end = (int)Math.Min(values.Length, at + inner.Extent - place);
            for (; at < end; at++, output += inner.Output, input += inner.Input)
            {
                var value = costs.IsEmpty ? values[at] : values[at] / costs[at];
                outputs[channelOfOutput[output]] += value * value;
                outputSums[channelOfOutput[output]] += Math.Abs(value);
                inputs[channelOfInput[input]] += value * value;
            }
        }
        return 0;
    }
}
