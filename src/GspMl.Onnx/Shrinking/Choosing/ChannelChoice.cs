using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Which channels go.</summary>
/// <param name="Removed">Their labels.</param>
/// <param name="Sparsity">The average Hoyer sparsity of the projected scores; null where none were projected.</param>
/// <param name="Multiplier">The multiplier of the projection; null where there was none.</param>
internal sealed record ChosenChannels(IReadOnlySet<int> Removed, double? Sparsity, double? Multiplier);

/// <summary>
/// Grouped sparse projection of channel scores: each set of channels is one vector, the model is the group, and the channels whose
/// projected score is zero go. Vector i is thresholded at μ·β_i, β_i = 1/(√n_i − 1) (Ohib et al., TMLR 2022); scores are multiplied by
/// 1/β_i, so that one threshold holds for sets of any size. Sets that would lose more than they may keep their channels of largest score.
/// </summary>
/// <param name="living">What must keep a position.</param>
/// <param name="sets">The sets whose channels can go.</param>
/// <param name="scores">A score for each channel of each set.</param>
/// <param name="leastShare">What each set keeps, as a part of an equal share; always one channel.</param>
/// <param name="multiple">Each set keeps a multiple of so many outputs of its layers, or all.</param>
/// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
internal sealed class ChannelChoice(
    LivingAxes living, IReadOnlyList<FoundSet> sets, IReadOnlyList<double[]> scores, double leastShare, int multiple, int maxThreads)
{
    // Fine enough for millions of channels.
    private const int Halvings = 28;

    private readonly GspProjector<double> projector = new(new() { MaxThreads = maxThreads });
    private readonly double[][] scaled =
        [.. scores.Select(vector => vector.Select(score => score * HoyerScale.Range(vector.Length)).ToArray())];

    private readonly int[][] best =
        [.. scores.Select(vector => Enumerable.Range(0, vector.Length).OrderByDescending(c => vector[c]).ToArray())];

    private long Channels => sets.Sum(set => (long)set.Channels.Count);

    /// <summary>
    /// The channels that go at an average Hoyer sparsity. An equal share is then the fraction of channels that the projection keeps.
    /// </summary>
    public ChosenChannels At(double sparsity) => At(sparsity, 1 - ((double)At(sparsity, 0).Removed.Count / Channels));

    /// <summary>The fewest channels, in the order in which rising sparsity takes them out, with which enough goes.</summary>
    /// <param name="isMet">Whether enough is gone without some channels.</param>
    /// <returns>The choice, or null where too little goes even with the fewest channels left in each set.</returns>
    public ChosenChannels? Until(Func<IReadOnlySet<int>, bool> isMet)
    {
        var none = new HashSet<int>();
        if (isMet(none)) return new(none, scaled.Average(vector => HoyerSparsity.Of<double>(vector)), 0);
        if (!isMet(Largest(0))) return null;
        var share = EqualShare(isMet);
        return Least(0, 1, sparsity => At(sparsity, share), found => isMet(found.Removed));
    }

    /// <summary>As few channels in each set as it can keep.</summary>
    public ChosenChannels Fewest() => At(1, 0);

    /// <summary>What each set keeps at least when the model shall lose enough.</summary>
    public IReadOnlyList<int> Floors(Func<IReadOnlySet<int>, bool> isMet)
    {
        var share = leastShare == 0 ? 0 : leastShare * EqualShare(isMet);
        return [.. Enumerable.Range(0, sets.Count).Select(set => Floor(set, share))];
    }

    /// <summary>All channels but the largest of each set, a fraction of them.</summary>
    public HashSet<int> Largest(double fraction)
        => living.Spare([.. Enumerable.Range(0, sets.Count).SelectMany(i => AllBut(Floor(i, fraction), i))]);

    /// <summary>The fraction of channels that is enough when every set keeps the same.</summary>
    private double EqualShare(Func<IReadOnlySet<int>, bool> isMet)
        => 1 - Least(0, 1, gone => (Gone: gone, Removed: Largest(1 - gone)), found => isMet(found.Removed)).Gone;

    private ChosenChannels At(double sparsity, double share)
    {
        var vectors = scaled.Select(vector => (double[])vector.Clone()).ToArray();
        var group = new VectorGroup<double>();
        foreach (var vector in vectors) group.Add(vector, VectorLayout.Rows(1, vector.Length));
        var result = projector.Project(group, SparsityTarget.Hoyer(sparsity));
        var removed = new HashSet<int>();
        for (var i = 0; i < vectors.Length; i++)
        {
            // What is left of the projection are the channels of largest score.
            var kept = vectors[i].Count(score => score != 0);
            removed.UnionWith(AllBut(RoundedUp(i, Math.Max(kept, Floor(i, leastShare * share))), i));
        }
        return new(living.Spare(removed), result.Sparsity, result.Multiplier);
    }

    /// <summary>Where outputs go with channels of several sets, as with heads and features, these sets share the loss.</summary>
    private int Floor(int set, double fraction)
        => RoundedUp(set, Math.Max(1, (int)Math.Ceiling((Math.Pow(fraction, 1.0 / sets[set].Kinds) * scores[set].Length) - 1e-9)));

    /// <summary>As many channels as fill blocks; one of several outputs fills part of a block, or more than one.</summary>
    public int RoundedUp(int set, int channels)
    {
        var step = multiple / (int)BigInteger.GreatestCommonDivisor(multiple, sets[set].Width);
        return (int)Math.Min(scores[set].Length, ((long)channels + step - 1) / step * step);
    }

    /// <summary>A set's channels but for some of largest score.</summary>
    private IEnumerable<int> AllBut(int kept, int set) => best[set].Skip(kept).Select(c => sets[set].Channels[c]);

    /// <summary>What the least argument that will do leads to, by halving; the greatest is held to do.</summary>
    private static T Least<T>(double low, double high, Func<double, T> at, Func<T, bool> does)
    {
        var found = at(high);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            var tried = at(middle);
            if (does(tried)) (high, found) = (middle, tried);
            else low = middle;
        }
        return found;
    }
}
