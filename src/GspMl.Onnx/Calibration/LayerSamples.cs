using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Gathers a layer's inputs and wanted outputs at sampled positions, as samples (x, y, 1) for the Gram matrices, one for
/// each group of filters. Convolutions are unrolled (im2col) at these positions alone.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="perRow">At most how many positions of each row of a batch (each image) are taken.</param>
/// <param name="seed">Of the random positions.</param>
internal sealed class LayerSamples(LinearLayer layer, int perRow, int seed)
{
    private readonly Random random = new(seed);
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
        var sampled = Positions(rows, perRow == int.MaxValue ? rows : (int)Math.Min(rows, perRow * input.Shape[0]));
        var z = Buffer(sampled.Length);
        for (var t = 0; t < sampled.Length; t++)
        {
            var row = sampled[t];
            for (var j = 0; j < n; j++) z[(j * sampled.Length) + t] = scale * input.Values[isTransposed ? ((long)j * rows) + row : ((long)row * n) + j];
            for (var r = 0; r < m; r++) z[((n + r) * sampled.Length) + t] = output.Values[((long)row * m) + r];
        }
        Finish(0, z, sampled.Length);
    }

    private void AddConvolution(FloatTensor input, FloatTensor output)
    {
        var kernel = layer.Weight.View.Axes.Where(axis => axis.Role == Weights.AxisRole.Kernel).Select(axis => axis.Extent).ToArray();
        var windows = new ConvolutionWindows(layer.Node, input.Shape[2..], output.Shape[2..], kernel);
        var images = (int)input.Shape[0];
        var samples = Enumerable.Range(0, images).SelectMany(image => Positions(windows.Positions, perRow).Select(position => (image, position))).ToArray();
        var taps = Taps(windows, samples);
        for (var group = 0; group < layer.Groups; group++)
        {
            var z = Buffer(samples.Length);
            FillInputs(z, group, input, windows, samples, taps);
            FillOutputs(z, group, output, windows, samples);
            Finish(group, z, samples.Length);
        }
    }

    private static int[] Taps(ConvolutionWindows windows, (int Image, int Position)[] samples)
    {
        var taps = new int[windows.KernelSize * samples.Length];
        for (var tap = 0; tap < windows.KernelSize; tap++)
            for (var t = 0; t < samples.Length; t++) taps[(tap * samples.Length) + t] = windows.InputPosition(samples[t].Position, tap);
        return taps;
    }

    private void FillInputs(Span<float> z, int group, FloatTensor input, ConvolutionWindows windows, (int Image, int Position)[] samples, int[] taps)
    {
        var channels = layer.Inputs / windows.KernelSize;
        for (var channel = 0; channel < channels; channel++)
            for (var tap = 0; tap < windows.KernelSize; tap++)
            {
                var row = z.Slice(((channel * windows.KernelSize) + tap) * samples.Length, samples.Length);
                for (var t = 0; t < row.Length; t++)
                {
                    var at = taps[(tap * samples.Length) + t];
                    row[t] = at < 0 ? 0 : input.Values[(((samples[t].Image * input.Shape[1]) + (group * channels) + channel) * windows.InputSize) + at];
                }
            }
    }

    private void FillOutputs(Span<float> z, int group, FloatTensor output, ConvolutionWindows windows, (int Image, int Position)[] samples)
    {
        for (var r = 0; r < layer.FiltersPerGroup; r++)
        {
            var row = z.Slice((layer.Inputs + r) * samples.Length, samples.Length);
            for (var t = 0; t < row.Length; t++)
                row[t] = output.Values[(((samples[t].Image * output.Shape[1]) + (group * layer.FiltersPerGroup) + r) * windows.Positions) + samples[t].Position];
        }
    }

    private void Finish(int group, Span<float> z, int count)
    {
        z[((Size - 1) * count)..].Fill(1);
        Grams[group].Add(z, count);
    }

    /// <summary>One random position from each of as many equal stretches: every part of an image is seen equally often.</summary>
    private int[] Positions(int count, int wanted)
    {
        if (wanted >= count) return [.. Enumerable.Range(0, count)];
        return [.. Enumerable.Range(0, wanted).Select(i => Math.Min(count - 1, (int)((i + random.NextDouble()) * count / wanted)))];
    }

    private Span<float> Buffer(int count)
    {
        if (buffer.Length < Size * count) buffer = new float[Size * count];
        return buffer.AsSpan(0, Size * count);
    }
}
