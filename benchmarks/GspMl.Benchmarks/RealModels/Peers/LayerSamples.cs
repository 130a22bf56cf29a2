using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Weights;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>The inputs of one group of a layer's filters at every position of every calibration row.</summary>
/// <param name="layer">The layer.</param>
/// <param name="group">Which group.</param>
/// <param name="inputs">What the layer reads, batch by batch.</param>
/// <param name="products">Multiplies matrices.</param>
internal sealed class LayerSamples(LinearLayer layer, int group, IEnumerable<FloatTensor> inputs, Products products)
{
    // Products of fewer samples than this would be spent on adding up the results.
    private const int SamplesAtOnce = 2048;

    /// <summary>Inputs of a filter.</summary>
    public int Inputs => layer.Inputs;

    public Products Products => products;

    /// <summary>Blocks of samples, transposed: entry i of sample t lies at i·count + t.</summary>
    public IEnumerable<(float[] Values, int Count)> Blocks()
    {
        var (parts, count) = (new List<(float[] Values, int Count)>(), 0);
        foreach (var input in inputs)
        {
            var part = layer.IsConvolution ? Windows(input) : Transposed(input);
            parts.Add(part);
            count += part.Count;
            if (count < SamplesAtOnce) continue;
            yield return Joined(parts, count);
            (parts, count) = ([], 0);
        }
        if (count > 0) yield return Joined(parts, count);
    }

    private (float[] Values, int Count) Joined(List<(float[] Values, int Count)> parts, int count)
    {
        if (parts.Count == 1) return parts[0];
        var (values, first) = (new float[Inputs * count], 0);
        foreach (var part in parts)
        {
            for (var i = 0; i < Inputs; i++) part.Values.AsSpan(i * part.Count, part.Count).CopyTo(values.AsSpan((i * count) + first));
            first += part.Count;
        }
        return (values, count);
    }

    private (float[] Values, int Count) Transposed(FloatTensor input)
    {
        var count = input.Values.Length / Inputs;
        var values = new float[input.Values.Length];
        for (var t = 0; t < count; t++)
            for (var i = 0; i < Inputs; i++) values[(i * count) + t] = input.Values[(t * Inputs) + i];
        return (values, count);
    }

    private (float[] Values, int Count) Windows(FloatTensor input)
    {
        var kernel = layer.Weight.View.Axes.Where(axis => axis.Role == AxisRole.Kernel).Select(axis => axis.Extent).ToArray();
        var windows = new ConvolutionWindows(layer.Node, input.Shape[2..], OutputExtents(input.Shape[2..], kernel), kernel);
        var (rows, channels) = ((int)input.Shape[0], Inputs / windows.KernelSize);
        var count = rows * windows.Positions;
        var values = new float[Inputs * count];
        for (var tap = 0; tap < windows.KernelSize; tap++)
            for (var position = 0; position < windows.Positions; position++)
            {
                if (windows.InputPosition(position, tap) is not (>= 0 and var at)) continue;
                for (var row = 0; row < rows; row++)
                    for (var channel = 0; channel < channels; channel++)
                        values[((((channel * windows.KernelSize) + tap) * rows) + row) * windows.Positions + position] =
                            input.Values[(((row * input.Shape[1]) + (group * channels) + channel) * windows.InputSize) + at];
            }
        return (values, count);
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
