using System.Numerics.Tensors;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Gathers a layer's inputs and wanted outputs at sampled positions, as samples (x, y, 1) for the Gram matrices, one for
/// each group of filters. Convolutions are unrolled (im2col) at these positions alone.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="positions">Which positions of each row of a batch (each image) are taken, and what they weigh.</param>
/// <param name="rows">Rows of all batches.</param>
/// <param name="products">Multiplies.</param>
/// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
internal sealed class LayerSamples(LinearLayer layer, PositionSampling positions, int rows, MatrixProduct products, int maxThreads = 0)
{
    // Samples that are no more than this part of the inputs are kept as they are: two products with them then take less than one with the
    // matrix of the inputs' moments.
    internal const double FewSamples = 0.4;

    private IReadOnlyList<ISampleMoments>? moments;
    private float[] buffer = [];

    private int Size => layer.Inputs + layer.FiltersPerGroup + 1;

    /// <summary>The least-squares problems, one for each group of filters.</summary>
    public IEnumerable<LeastSquaresProblem> Problems(bool centred)
        => (moments ?? Moments(0, 1)).Select(group => group.Problem(layer.Inputs, layer.FiltersPerGroup, centred));

    /// <summary>The samples themselves, where they came with pre-activations.</summary>
    public List<SampleBatch> Kept { get; } = [];

    /// <summary>Adds a batch.</summary>
    /// <param name="input">The layer's input tensor.</param>
    /// <param name="output">Its output tensor, as it should be.</param>
    /// <param name="preActivations">What the activation function behind it reads in the dense model, where the samples are to be
    /// kept.</param>
    /// <param name="mask">Which positions hold something.</param>
    public void Add(FloatTensor input, FloatTensor output, FloatTensor? preActivations = null, PositionMask? mask = null)
    {
        if (layer.IsConvolution) AddConvolution(input, output, preActivations);
        else AddMatrix(input, output, preActivations, mask);
    }

    private void AddMatrix(FloatTensor input, FloatTensor output, FloatTensor? preActivations, PositionMask? mask)
    {
        var (n, m) = (layer.Inputs, layer.Filters);
        var isTransposed = layer.Node.Attribute.Any(a => a.Name == "transA" && a.I != 0);
        var scale = layer.Node.Attribute.FirstOrDefault(a => a.Name == "alpha")?.F ?? 1;
        var rows = input.Values.Length / n;
        var batch = isTransposed ? rows : input.Shape.Length > 1 ? (int)input.Shape[0] : 1;
        var samples = positions.Draw(batch, rows / batch, mask);
        var z = Buffer(samples.Count, isKept: preActivations is not null);
        for (var t = 0; t < samples.Count; t++)
        {
            var row = (samples[t].Row * (rows / batch)) + samples[t].Position;
            for (var j = 0; j < n; j++)
                z[(j * samples.Count) + t] = scale * input.Values[isTransposed ? ((long)j * rows) + row : ((long)row * n) + j];
        }
        FillFromMatrix(z.AsSpan(n * samples.Count), output);
        TakeOffset(z.AsSpan(n * samples.Count), 0, m, samples.Count);
        Finish(0, z, samples);
        if (preActivations is null) return;
        var before = new float[m * samples.Count];
        FillFromMatrix(before, preActivations);
        Kept.Add(new([z], before, samples.Count));

        void FillFromMatrix(Span<float> filters, FloatTensor tensor)
        {
            for (var t = 0; t < samples.Count; t++)
                for (var r = 0; r < m; r++)
                    filters[(r * samples.Count) + t] =
                        tensor.Values[((((long)samples[t].Row * (rows / batch)) + samples[t].Position) * m) + r];
        }
    }

    private void AddConvolution(FloatTensor input, FloatTensor output, FloatTensor? preActivations)
    {
        var kernel = layer.Weight.View.Axes.Where(axis => axis.Role == Weights.AxisRole.Kernel).Select(axis => axis.Extent).ToArray();
        var windows = new ConvolutionWindows(layer.Node, input.Shape[2..], output.Shape[2..], kernel);
        var samples = positions.Draw((int)input.Shape[0], windows.Positions);
        var taps = Taps(windows, samples);
        var groups = new List<float[]>();
        for (var group = 0; group < layer.Groups; group++)
        {
            var z = Buffer(samples.Count, isKept: preActivations is not null);
            FillInputs(z, group, input, windows, samples, taps);
            FillFilters(z.AsSpan(layer.Inputs * samples.Count), group * layer.FiltersPerGroup, layer.FiltersPerGroup, output, windows,
                samples);
            TakeOffset(z.AsSpan(layer.Inputs * samples.Count), group * layer.FiltersPerGroup, layer.FiltersPerGroup, samples.Count);
            Finish(group, z, samples);
            groups.Add(z);
        }
        if (preActivations is null) return;
        var before = new float[layer.Filters * samples.Count];
        FillFilters(before, 0, layer.Filters, preActivations, windows, samples);
        Kept.Add(new(groups, before, samples.Count));
    }

    private static int[] Taps(ConvolutionWindows windows, IReadOnlyList<SampledPosition> samples)
    {
        var taps = new int[windows.KernelSize * samples.Count];
        for (var tap = 0; tap < windows.KernelSize; tap++)
            for (var t = 0; t < samples.Count; t++) taps[(tap * samples.Count) + t] = windows.InputPosition(samples[t].Position, tap);
        return taps;
    }

    private void FillInputs(float[] z, int group, FloatTensor input, ConvolutionWindows windows, IReadOnlyList<SampledPosition> samples,
        int[] taps)
    {
        var channels = layer.Inputs / windows.KernelSize;
        for (var channel = 0; channel < channels; channel++)
            for (var tap = 0; tap < windows.KernelSize; tap++)
            {
                var row = z.AsSpan(((channel * windows.KernelSize) + tap) * samples.Count, samples.Count);
                for (var t = 0; t < row.Length; t++)
                {
                    var at = taps[(tap * samples.Count) + t];
                    row[t] = at < 0 ? 0
                        : input.Values[(((samples[t].Row * input.Shape[1]) + (group * channels) + channel) * windows.InputSize) + at];
                }
            }
    }

    private static void FillFilters(Span<float> rows, int first, int filters, FloatTensor from, ConvolutionWindows windows,
        IReadOnlyList<SampledPosition> samples)
    {
        for (var r = 0; r < filters; r++)
        {
            var row = rows.Slice(r * samples.Count, samples.Count);
            for (var t = 0; t < row.Length; t++)
                row[t] = from.Values[(((samples[t].Row * from.Shape[1]) + first + r) * windows.Positions) + samples[t].Position];
        }
    }

    /// <summary>Leaves of wanted outputs what the weights put out.</summary>
    private void TakeOffset(Span<float> rows, int first, int filters, int count)
    {
        if (layer.Offset is not { } offset) return;
        for (var r = 0; r < filters; r++)
        {
            var row = rows.Slice(r * count, count);
            TensorPrimitives.Subtract(row, (float)offset[first + r], row);
        }
    }

    /// <summary>
    /// Adds the ones; every entry of a sample is multiplied by the root of its weight, so that its products have the weight itself.
    /// </summary>
    private void Finish(int group, float[] z, IReadOnlyList<SampledPosition> samples)
    {
        var count = samples.Count;
        z.AsSpan((Size - 1) * count, count).Fill(1);
        if (samples.Any(sample => sample.Weight != 1))
        {
            float[] roots = [.. samples.Select(sample => (float)Math.Sqrt(sample.Weight))];
            for (var i = 0; i < Size; i++) TensorPrimitives.Multiply(z.AsSpan(i * count, count), roots, z.AsSpan(i * count, count));
        }
        (moments ??= Moments(count, samples.Select(sample => sample.Row).Distinct().Count()))[group].Add(z.AsSpan(0, Size * count), count);
    }

    /// <summary>Moments or the samples themselves, by how many the first batch lets expect.</summary>
    private List<ISampleMoments> Moments(int samples, int batchRows)
    {
        var areFew = samples > 0 && (double)samples * rows / batchRows <= FewSamples * layer.Inputs;
        return [.. Enumerable.Range(0, layer.Groups)
            .Select(_ => areFew ? new SampleCollection(products) : (ISampleMoments)new GramAccumulator(Size, products, maxThreads))];
    }

    private float[] Buffer(int count, bool isKept)
    {
        if (isKept) return new float[Size * count];
        if (buffer.Length < Size * count) buffer = new float[Size * count];
        return buffer;
    }
}
