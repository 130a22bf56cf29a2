using GspMl.Projection;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Which channels go.</summary>
/// <param name="Removed">Their labels.</param>
/// <param name="Sparsity">The average Hoyer sparsity of the projected scores.</param>
/// <param name="Multiplier">The multiplier of the projection.</param>
internal sealed record ChosenChannels(IReadOnlySet<int> Removed, double Sparsity, double Multiplier);

/// <summary>
/// Grouped sparse projection of channel scores: each set of channels is one vector, the model is the group, and the channels whose
/// projected score is zero go. Vector i is thresholded at μ·β_i, β_i = 1/(√n_i − 1) (Ohib et al., TMLR 2022); scores are multiplied by
/// 1/β_i, so that one threshold holds for sets of any size. Sets that would lose more than they may keep their channels of largest score.
/// </summary>
/// <param name="sets">The sets whose channels can go.</param>
/// <param name="scores">A score for each channel of each set.</param>
/// <param name="leastShare">What each set keeps, as a part of an equal share; always one channel.</param>
/// <param name="multiple">Each set keeps a multiple of so many channels, or all.</param>
/// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
internal sealed class ChannelChoice(
    IReadOnlyList<FoundSet> sets, IReadOnlyList<double[]> scores, double leastShare, int multiple, int maxThreads)
{
    private const int Halvings = 40;

    private readonly GspProjector<double> projector = new(new() { MaxThreads = maxThreads });
    private readonly double[][] scaled =
        [.. scores.Select(vector => vector.Select(score => score * HoyerScale.Range(vector.Length)).ToArray())];

    private long Channels => sets.Sum(set => (long)set.Channels.Count);

    /// <summary>
    /// The channels that go at an average Hoyer sparsity. An equal share is then the fraction of channels that the projection keeps.
    /// </summary>
    public ChosenChannels At(double sparsity) => At(sparsity, 1 - ((double)At(sparsity, 0).Removed.Count / Channels));

    /// <summary>The fewest channels, in the order in which rising sparsity takes them out, that leave no more than a cost.</summary>
    /// <param name="cost">What the model costs without some channels.</param>
    /// <param name="most">What it may cost.</param>
    /// <returns>The choice, or null where a model with the fewest channels in each set costs more.</returns>
    public ChosenChannels? Until(Func<IReadOnlySet<int>, double> cost, double most)
    {
        var none = new HashSet<int>();
        if (cost(none) <= most) return new(none, scaled.Average(vector => HoyerSparsity.Of<double>(vector)), 0);
        if (cost(Largest(0)) > most) return null;
        var share = EqualShare(cost, most);
        return Least(0, 1, sparsity => At(sparsity, share), found => cost(found.Removed) <= most);
    }

    /// <summary>All channels but the largest of each set, a fraction of them.</summary>
    public HashSet<int> Largest(double fraction)
        => [.. Enumerable.Range(0, sets.Count).SelectMany(i => Smallest(i, Enumerable.Range(0, scores[i].Length), Floor(i, fraction)))];

    /// <summary>The fraction of channels that meets the cost when every set keeps the same.</summary>
    private double EqualShare(Func<IReadOnlySet<int>, double> cost, double most)
        => 1 - Least(0, 1, gone => (Gone: gone, Removed: Largest(1 - gone)), found => cost(found.Removed) <= most).Gone;

    private ChosenChannels At(double sparsity, double share)
    {
        var vectors = scaled.Select(vector => (double[])vector.Clone()).ToArray();
        var group = new VectorGroup<double>();
        foreach (var vector in vectors) group.Add(vector, VectorLayout.Rows(1, vector.Length));
        var result = projector.Project(group, SparsityTarget.Hoyer(sparsity));
        var removed = new HashSet<int>();
        for (var i = 0; i < vectors.Length; i++)
        {
            int[] zeros = [.. Enumerable.Range(0, vectors[i].Length).Where(c => vectors[i][c] == 0)];
            var kept = vectors[i].Length - zeros.Length;
            removed.UnionWith(Smallest(i, zeros, RoundedUp(i, Math.Max(kept, Floor(i, leastShare * share))) - kept));
        }
        return new(removed, result.Sparsity, result.Multiplier);
    }

    private int Floor(int set, double fraction) => RoundedUp(set, Math.Max(1, (int)Math.Ceiling((fraction * scores[set].Length) - 1e-9)));

    private int RoundedUp(int set, int channels)
        => (int)Math.Min(scores[set].Length, ((long)channels + multiple - 1) / multiple * multiple);

    /// <summary>Labels of the candidates but for some of largest score.</summary>
    private IEnumerable<int> Smallest(int set, IEnumerable<int> candidates, int spared)
        => candidates.OrderByDescending(c => scaled[set][c]).Skip(Math.Max(0, spared)).Select(c => sets[set].Channels[c]);

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
