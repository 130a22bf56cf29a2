using System.Numerics.Tensors;
using GspMl.Training.Optimizers;

namespace GspMl.Training.Sparsity;

/// <summary>
/// Cuts the weights of the smallest <see cref="AdaptiveMagnitudes"/> of all layers together. A layer keeps as many as it has filters, as
/// far as that is a small part of all that stay: without weights it would cut the model in two.
/// </summary>
internal static class MagnitudeCut
{
    // Of the weights that stay, layers may claim half to live on.
    private const double LargestClaim = 0.5;

    /// <summary>Sets the masks, and the values as they leave them.</summary>
    /// <param name="weights">The weights; their uncut values are what is compared.</param>
    /// <param name="zeros">The fraction of all weights that is to be zero.</param>
    public static void Apply(IReadOnlyList<Parameter> weights, double zeros)
    {
        var count = weights.Sum(weight => (long)weight.Count);
        var kept = count - (long)Math.Ceiling(zeros * count);
        var claims = Claims(weights, kept);
        var scores = weights.Select(Scores).ToArray();
        var own = scores.Select((values, i) => Threshold(values, claims[i])).ToArray();
        var rest = Below(scores, own);
        var common = Threshold(rest, (int)Math.Max(0, kept - claims.Sum()));
        for (var i = 0; i < weights.Count; i++) Set(weights[i], scores[i], Math.Min(own[i], common));
        Trim(weights, scores, kept);
    }

    private static int[] Claims(IReadOnlyList<Parameter> weights, long kept)
    {
        var filters = weights.Sum(weight => weight.Filters);
        var share = Math.Min(1, LargestClaim * kept / Math.Max(filters, 1));
        return [.. weights.Select(weight => (int)Math.Min(weight.Count, share * weight.Filters))];
    }

    private static float[] Scores(Parameter weight)
    {
        var scores = new float[weight.Count];
        TensorPrimitives.Abs<float>(weight.Uncut is { } uncut ? uncut : weight.Values.Numbers, scores);
        AdaptiveMagnitudes.Of(scores);
        return scores;
    }

    /// <summary>What no layer claims.</summary>
    private static float[] Below(float[][] scores, float[] thresholds)
    {
        var rest = new List<float>(scores.Sum(values => values.Length));
        for (var i = 0; i < scores.Length; i++)
            foreach (var value in scores[i])
                if (value < thresholds[i]) rest.Add(value);
        return [.. rest];
    }

    /// <summary>The smallest of the largest; infinity where none is to stay.</summary>
    private static float Threshold(float[] values, int largest)
    {
        if (largest <= 0) return float.PositiveInfinity;
        if (largest >= values.Length) return 0;
        return Largest.Threshold(values, largest);
    }

    private static void Set(Parameter weight, float[] scores, float threshold)
    {
        weight.Uncut ??= weight.Values.Numbers.ToArray();
        weight.Mask ??= new float[weight.Count];
        for (var i = 0; i < scores.Length; i++) weight.Mask[i] = scores[i] >= threshold && scores[i] > 0 ? 1 : 0;
        HostUpdate.Cut(weight);
    }

    /// <summary>Where several have the score of the threshold, the last of them go too: the target is met.</summary>
    private static void Trim(IReadOnlyList<Parameter> weights, float[][] scores, long kept)
    {
        var left = weights.Sum(weight => weight.Mask!.Count(mask => mask != 0)) - kept;
        while (left > 0)
        {
            var all = weights.SelectMany((weight, w) => weight.Mask!.Select((mask, i) => (w, i, mask)))
                .Where(entry => entry.mask != 0).OrderBy(entry => scores[entry.w][entry.i]).Take((int)left);
            foreach (var (w, i, _) in all.ToList())
            {
                weights[w].Mask![i] = 0;
                left--;
            }
            foreach (var weight in weights) HostUpdate.Cut(weight);
        }
    }
}
