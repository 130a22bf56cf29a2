using GspMl.Onnx.Pruning;

namespace GspMl.Onnx.Allocation;

/// <summary>
/// What <see cref="ScaledGspAllocation"/> decides, for models too large to hold all layers at once. In its coordinates one
/// threshold holds for all entries |w|/σ, so each layer's fraction of zeros follows from the distribution of its entries
/// alone, and evenly spaced samples tell that. One read of the model; each layer is then pruned on its own.
/// </summary>
internal static class SampledThreshold
{
    private const int SamplesPerLayer = 1 << 16;

    /// <summary>Each layer's fraction of zeros, so that all together reach <paramref name="zeros"/> up to the sampling error (about 1/√samples of a layer).</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">The layers' weights.</param>
    /// <param name="deviation">The standard deviation of a layer's outputs, from its samples.</param>
    /// <param name="zeros">Zeros in all, as a fraction.</param>
    /// <param name="floor">The least fraction that any layer keeps.</param>
    /// <param name="cancel">Looked at between layers.</param>
    public static IReadOnlyList<double> Zeros(
        OnnxModel model, IReadOnlyList<PrunableWeight> weights, Func<PrunableWeight, IReadOnlyList<float>, double> deviation, double zeros, double floor, CancellationToken cancel)
    {
        var layers = new List<float[]>();
        float[]? buffer = null;
        foreach (var weight in weights)
        {
            cancel.ThrowIfCancellationRequested();
            buffer = WeightCodec<float>.Decode(model, weight, buffer);
            layers.Add(Scaled(weight, buffer, deviation));
        }
        var fractions = new double[layers.Count];
        var free = Enumerable.Range(0, layers.Count).ToHashSet();
        while (free.Count > 0)
        {
            var wanted = (zeros * weights.Sum(weight => weight.Count)) - Enumerable.Range(0, layers.Count).Except(free).Sum(i => fractions[i] * weights[i].Count);
            var threshold = Threshold([.. free.Select(i => (layers[i], weights[i].Count))], wanted);
            foreach (var i in free) fractions[i] = (double)Below(layers[i], threshold) / layers[i].Length;
            var starved = free.Where(i => fractions[i] > 1 - floor).ToList();
            foreach (var i in starved) fractions[i] = 1 - floor;
            if (starved.Count == 0) break;
            free.ExceptWith(starved);
        }
        return fractions;
    }

    private static float[] Scaled(PrunableWeight weight, float[] values, Func<PrunableWeight, IReadOnlyList<float>, double> deviation)
    {
        var step = Math.Max(1, values.Length / SamplesPerLayer);
        // An even step would meet the same columns of a matrix again and again.
        if (step > 1) step |= 1;
        var samples = new float[(values.Length + step - 1) / step];
        for (var i = 0; i < samples.Length; i++) samples[i] = Math.Abs(values[i * step]);
        var scale = deviation(weight, samples) is var d && d > 0 ? 1 / d : 1;
        for (var i = 0; i < samples.Length; i++) samples[i] = (float)(samples[i] * scale);
        Array.Sort(samples);
        return samples;
    }

    /// <summary>The least sample below which as many weights lie as are wanted, each sample standing for its share of the layer.</summary>
    private static float Threshold(IReadOnlyList<(float[] Samples, long Count)> layers, double wanted)
    {
        var all = layers.SelectMany(layer => layer.Samples.Select(sample => (Sample: sample, Share: (double)layer.Count / layer.Samples.Length))).ToArray();
        Array.Sort(all, (a, b) => a.Sample.CompareTo(b.Sample));
        var sum = 0.0;
        foreach (var (sample, share) in all)
        {
            if (sum >= wanted) return sample;
            sum += share;
        }
        return float.PositiveInfinity;
    }

    private static int Below(float[] sorted, float threshold)
    {
        var at = Array.BinarySearch(sorted, threshold);
        if (at < 0) return ~at;
        while (at > 0 && sorted[at - 1] == threshold) at--;
        return at;
    }
}
