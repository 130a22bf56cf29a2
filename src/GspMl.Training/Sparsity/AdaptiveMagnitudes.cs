using System.Buffers;

namespace GspMl.Training.Sparsity;

/// <summary>
/// Magnitudes by which weights of different layers compare: each as a part of those of its layer that are no smaller, |w| / √(Σ v² over
/// |v| ≥ |w|), the root of the layer-adaptive score (LAMP) of Lee, Park, Mo, Ahn and Shin, ICLR 2021. They keep the order of a layer's
/// weights, do not depend on its scale, and are 1 for its largest.
/// </summary>
internal static class AdaptiveMagnitudes
{
    /// <summary>Puts them in the place of magnitudes. O(n log n) time.</summary>
    /// <param name="magnitudes">The magnitudes of one layer's weights.</param>
    public static void Of(Span<float> magnitudes)
    {
        var (keys, places) = (ArrayPool<float>.Shared.Rent(magnitudes.Length), ArrayPool<int>.Shared.Rent(magnitudes.Length));
        magnitudes.CopyTo(keys);
        for (var i = 0; i < magnitudes.Length; i++) places[i] = i;
        Array.Sort(keys, places, 0, magnitudes.Length);
        var sum = 0.0;
        for (var i = magnitudes.Length - 1; i >= 0; i--)
        {
            sum += (double)keys[i] * keys[i];
            magnitudes[places[i]] = sum > 0 ? (float)(keys[i] / Math.Sqrt(sum)) : 0;
        }
        ArrayPool<float>.Shared.Return(keys);
        ArrayPool<int>.Shared.Return(places);
    }
}
