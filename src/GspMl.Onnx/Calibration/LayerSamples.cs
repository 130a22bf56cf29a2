using System.Numerics.Tensors;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Gathers a layer's inputs and wanted outputs at sampled positions, as samples (x, y, 1) for the Gram matrices, one for
/// each group of filters. Convolutions are unrolled (im2col) at these positions alone.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="positions">Which positions of each row of a batch (each image) are taken, and what they weigh.</param>
internal sealed class LayerSamples(LinearLayer layer, PositionSampling positions)
{
    private float[] buffer = [];

    private int Size => layer.Inputs + layer.FiltersPerGroup + 1;

    /// <summary>The Gram matrices, one for each group of filters.</summary>
    public IReadOnlyList<GramAccumulator> Grams { get; } =
        [.. Enumerable.Range(0, layer.Groups).Select(_ => new GramAccumulator(layer.Inputs + layer.FiltersPerGroup + 1))];

    /// <summary>Adds a batch.</summary>
    /// <param name="input">The layer's input tensor.</param>
    /// <param name="output">Its output tensor, as it should be.</param>
    public void Add(FloatTensor input, FloatTensor output)
    {
        if (layer.IsConvolution) AddConvolution(input, output);
        else AddMatrix(input, output);
    }

    private void AddMatrix(FloatTensor input, FloatTensor output)
    {
        var (n, m) = (layer.Inputs, layer.Filters);
        var isTransposed = layer.Node.Attribute.Any(a => a.Name == "transA" && a.I != 0);
        var scale = layer.Node.Attribute.FirstOrDefault(a => a.Name == "alpha")?.F ?? 1;
        var rows = input.Values.Length / n;
        var batch = isTransposed ? rows : input.Shape.Length > 1 ? (int)input.Shape[0] : 1;
        var samples = positions.Draw(batch, rows / batch);
        var z = Buffer(samples.Count);
        for (var t = 0; t < samples.Count; t++)
        {
            var row = (samples[t].Row * (rows / batch)) + samples[t].Position;
            for (var j = 0; j < n; j++) z[(j * samples.Count) + t] = scale * input.Values[isTransposed ? ((long)j * rows) + row : ((long)row * n) + j];
            for (var r = 0; r < m; r++) z[((n + r) * samples.Count) + t] = output.Values[((long)row * m) + r];
        }
        Finish(0, z, samples);
    }

    private void AddConvolution(FloatTensor input, FloatTensor output)
    {
        var kernel = layer.Weight.View.Axes.Where(axis => axis.Role == Weights.AxisRole.Kernel).Select(axis => axis.Extent).ToArray();
        var windows = new ConvolutionWindows(layer.Node, input.Shape[2..], output.Shape[2..], kernel);
        var samples = positions.Draw((int)input.Shape[0], windows.Positions);
        var taps = Taps(windows, samples);
        for (var group = 0; group < layer.Groups; group++)
        {
            var z = Buffer(samples.Count);
            FillInputs(z, group, input, windows, samples, taps);
            FillOutputs(z, group, output, windows, samples);
            Finish(group, z, samples);
        }
    }

    private static int[] Taps(ConvolutionWindows windows, IReadOnlyList<SampledPosition> samples)
    {
        var taps = new int[windows.KernelSize * samples.Count];
        for (var tap = 0; tap < windows.KernelSize; tap++)
            for (var t = 0; t < samples.Count; t++) taps[(tap * samples.Count) + t] = windows.InputPosition(samples[t].Position, tap);
        return taps;
    }

    private void FillInputs(Span<float> z, int group, FloatTensor input, ConvolutionWindows windows, IReadOnlyList<SampledPosition> samples, int[] taps)
    {
        var channels = layer.Inputs / windows.KernelSize;
        for (var channel = 0; channel < channels; channel++)
            for (var tap = 0; tap < windows.KernelSize; tap++)
            {
                var row = z.Slice(((channel * windows.KernelSize) + tap) * samples.Count, samples.Count);
                for (var t = 0; t < row.Length; t++)
                {
                    var at = taps[(tap * samples.Count) + t];
                    row[t] = at < 0 ? 0 : input.Values[(((samples[t].Row * input.Shape[1]) + (group * channels) + channel) * windows.InputSize) + at];
                }
            }
    }

    private void FillOutputs(Span<float> z, int group, FloatTensor output, ConvolutionWindows windows, IReadOnlyList<SampledPosition> samples)
    {
        for (var r = 0; r < layer.FiltersPerGroup; r++)
        {
            var row = z.Slice((layer.Inputs + r) * samples.Count, samples.Count);
            for (var t = 0; t < row.Length; t++)
                row[t] = output.Values[(((samples[t].Row * output.Shape[1]) + (group * layer.FiltersPerGroup) + r) * windows.Positions) + samples[t].Position];
        }
    }

    /// <summary>Adds the ones; every entry of a sample is multiplied by the root of its weight, so that its products have the weight itself.</summary>
    private void Finish(int group, Span<float> z, IReadOnlyList<SampledPosition> samples)
    {
        z[((Size - 1) * samples.Count)..].Fill(1);
        if (samples.Any(sample => sample.Weight != 1))
        {
            float[] roots = [.. samples.Select(sample => (float)Math.Sqrt(sample.Weight))];
            for (var i = 0; i < Size; i++)
            {
                var entries = z.Slice(i * samples.Count, samples.Count);
                TensorPrimitives.Multiply(entries, roots, entries);
            }
        }
        Grams[group].Add(z, samples.Count);
    }

    private Span<float> Buffer(int count)
    {
        if (buffer.Length < Size * count) buffer = new float[Size * count];
        return buffer.AsSpan(0, Size * count);
    }
}
