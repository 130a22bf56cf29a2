using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Weights;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>The inputs of one group of a layer's filters at every position of every calibration row.</summary>
/// <param name="layer">The layer.</param>
/// <param name="group">Which group.</param>
/// <param name="inputs">What the layer reads, batch by batch.</param>
/// <param name="taps">What a convolution reads.</param>
/// <param name="products">Multiplies matrices.</param>
internal sealed class LayerSamples(LinearLayer layer, int group, IEnumerable<FloatTensor> inputs, Taps taps, Products products)
{
    // Products of fewer samples than this would be spent on adding up the results.
    private const int SamplesAtOnce = 2048;

    /// <summary>Inputs of a filter.</summary>
    public int Inputs => layer.Inputs;

    /// <summary>Kernel positions of a filter.</summary>
    public int KernelSize => (int)layer.Weight.View.Extent(AxisRole.Kernel);

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
        var (rows, at) = ((int)input.Shape[0], taps.At(input.Shape[2..]));
        var (channels, positions) = (Inputs / at.Length, at[0].Length);
        var (values, size) = (new float[Inputs * rows * positions], input.Values.Length / (int)(input.Shape[0] * input.Shape[1]));
        for (var channel = 0; channel < channels; channel++)
            for (var tap = 0; tap < at.Length; tap++)
                for (var row = 0; row < rows; row++)
                {
                    var from = input.Values.AsSpan((int)((row * input.Shape[1]) + (group * channels) + channel) * size, size);
                    var to = values.AsSpan(((((channel * at.Length) + tap) * rows) + row) * positions, positions);
                    for (var t = 0; t < positions; t++) to[t] = at[tap][t] < 0 ? 0 : from[at[tap][t]];
                }
        return (values, rows * positions);
    }
}
