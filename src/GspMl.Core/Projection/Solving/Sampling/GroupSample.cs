using System.Numerics;
using System.Runtime.InteropServices;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>
/// Some entries of some vectors, and the multiplier that they suggest with its likely error. The vectors are spread evenly, with a fixed
/// pseudo-random offset, over all in the order of their lengths: what depends on the length then adds nothing to the error.
/// </summary>
internal sealed unsafe partial class GroupSample<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The bracket's half width in standard errors.</summary>
    private const double Confidence = 4;

    /// <summary>
    /// A gap of so many standard errors ends the search with a last step that is not looked at: where it leads to is nearer by far than
    /// the whole group's multiplier is.
    /// </summary>
    private const double Close = 0.25;

    /// <summary>So few entries are summed where they are wanted: a call takes as long as they do.</summary>
    private const int Few = 128;

    private readonly PinnedArray<T> values = new(), weights = new();
    private readonly List<Item> items = [];
    private readonly MultiplierSearch search = new(1);
    private bool guessed;
    private int used, drawn;
    private long vectors;

    public GroupSample() => fill = Fill;

    /// <summary>A power of two that brings the largest magnitude seen into range; see <see cref="PowerOfTwo.ToRange"/>.</summary>
    public double Unit { get; private set; }

    /// <summary>The number of entries drawn.</summary>
    public int Entries => used;

    /// <summary>The multiplier for an average sparsity, and a bracket that very likely holds the whole group's.</summary>
    public Bracket ForHoyer(double target)
    {
        search.Restart(Highest(), 1e-4);
        var (at, gap, slope) = (0.0, 0.0, 0.0);
        for (var step = 0; step < 60; step++)
        {
            gap = Sparsity(at, out slope) - target;
            if ((at == 0 && gap >= 0) || !double.IsFinite(gap)) break;
            search.Record(at, gap, slope);
            if (search.Ending is not null) break;
            at = search.Next;
            if (!(Math.Abs(gap) < Close * StandardError())) continue;
            gap *= Close; // at most: the error of Newton's step falls as the square
            break;
        }
        var margin = Confidence * StandardError() + (guessed ? 0.003 : 1e-5) + Math.Abs(gap);
        var width = slope > 0 ? margin / slope : 0.05 * at;
        var high = at + width;
        for (var widening = 0; widening < 3 && Sparsity(high, out _) - target < 0.8 * margin && at > 0; widening++) high += width;
        return Around(at, at - width, high);
    }

    /// <summary>
    /// The same for a fraction of zeros; no entry is left beyond <paramref name="last"/>, which is infinite if it is not known.
    /// </summary>
    public Bracket ForZeros(double target, double last)
    {
        var highest = double.IsFinite(last) ? last : Highest();
        search.Restart(highest / 2, 1e-3);
        search.Record(0, -target, 0);
        search.Record(highest, 1 - target, 0);
        var (at, gap) = (search.Next, 1.0);
        for (var step = 0; step < 60 && search.Ending is null; step++)
        {
            at = search.Next;
            gap = Zeros(at) - target;
            search.Record(at, gap, (gap + target) / at);
        }
        var margin = Confidence * StandardError() + 1e-3 + Math.Abs(gap);
        var (low, high) = (at, at);
        for (var step = 0; step < 40 && low > 1e-3 * at && Zeros(low) > target - margin; step++) low *= 0.98;
        for (var step = 0; step < 40 && Zeros(high) < target + margin; step++) high *= 1.02;
        return Around(at, low == at ? 0.99 * at : low, Math.Min(last, Math.Max(high, 1.01 * at)));
    }

    private Bracket Around(double at, double low, double high)
    {
        if (high <= at) high = at == 0 ? 0.1 * Highest() : at * 1.0001;
        return new(low > 0.01 * at ? low : 0, high, at);
    }

    private double Highest()
    {
        var highest = 0.0;
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
            highest = Math.Max(highest, item.Largest * item.Scale / item.Rate);
        return highest > 0 && double.IsFinite(highest) ? highest : 1;
    }

    private double Sparsity(double multiplier, out double slope)
    {
        var sum = slope = 0;
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            var sums = Sums(item, multiplier);
            if (sums.Q > 0)
            {
                var inverse = 1 / Math.Sqrt(sums.Q);
                var product = sums.P * inverse;
                item.Value = item.Beta * (item.WeightNorm - item.Root * product);
                slope += item.Beta * item.Rate * item.Root * Math.Max(0, sums.W - product * product) * inverse;
            }
            else item.Value = 1;
            sum += item.Value;
        }
        slope /= Math.Max(1, items.Count);
        return sum / Math.Max(1, items.Count);
    }

    private double Zeros(double multiplier)
    {
        var (sum, entries) = (0.0, 0.0);
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            var tau = multiplier * item.Rate;
            var kept = item.Weighted
                ? ThresholdSums.Of<T, WeightedCount>(EntriesOf(item), tau).W
                : ThresholdSums.Of<T, Plain>(EntriesOf(item), tau).W;
            item.Value = 1 - kept / item.Count;
            (sum, entries) = (sum + item.Value * item.Length, entries + item.Length);
        }
        return entries == 0 ? 1 : sum / entries;
    }

    private ThresholdSums Sums(in Item item, double multiplier)
    {
        var tau = Math.Min(1e300, multiplier * item.Rate);
        if (!item.Weighted && item.Count <= Few && item.Count % Lanes.Width == 0) return ThresholdSums.OfFew(EntriesOf(item), tau);
        // A sample errs by more than float does.
        if (typeof(T) == typeof(float) && (PlainSweep.IsFast) && TrySumInFloat(item, tau, out var sums)) return sums;
        return item.Weighted ? ThresholdSums.Of<T, Weighted>(EntriesOf(item), tau) : ThresholdSums.Of<T, Plain>(EntriesOf(item), tau);
    }

    private bool TrySumInFloat(in Item item, double tau, out ThresholdSums sums)
    {
        var own = item.Weighted ? (float*)weights.Pointer + item.Start : null;
        var x = new Entries<float>((float*)values.Pointer + item.Start, own, item.Count, 1, 1);
        return item.Weighted ? WeightedFloatCollector.TrySum(x, tau, out sums) : FloatCollector.TrySum(x, tau, out sums);
    }

    private Entries<T> EntriesOf(in Item item) =>
        new(values.Pointer + item.Start, item.Weighted ? weights.Pointer + item.Start : null, item.Count, item.Scale, item.WeightScale);

    /// <summary>
    /// Of the mean of the last evaluation: what differs between neighbouring picks, since these are spread evenly, and between
    /// the samples of one; vectors drawn side by side are one pick, as they may be alike.
    /// </summary>
    private double StandardError()
    {
        var (previous, steps, within, n) = (0.0, 0.0, 0.0, 0);
        for (var i = 0; i < items.Count; n++)
        {
            var (sum, squares, count, whole) = (0.0, 0.0, 0, items[i].Whole);
            for (var pick = items[i].Pick; i < items.Count && items[i].Pick == pick; i++, count++)
                (sum, squares) = (sum + items[i].Value, squares + items[i].Value * items[i].Value);
            var average = sum / count;
            if (n > 0) steps += (average - previous) * (average - previous);
            previous = average;
            if (!whole && count > 1) within += Math.Max(0, squares / count - average * average) / (count - 1);
        }
        if (n == 0) return 0;
        var between = n < 2 ? 0 : steps / (2 * (n - 1));
        return Math.Sqrt((1 - (double)drawn / Math.Max(drawn, vectors)) * between / n + within / n / n);
    }

    /// <summary>Entries of one vector, and what its table will say of it; as far as they tell.</summary>
    private struct Item
    {
        public int Section, Vector, Pick, Start, Count, Length;
        public bool Whole, Weighted;
        public double Largest, Expansion, Scale, WeightScale, WeightNorm, Beta, Rate, Value, Root;
    }
}
