using GspMl.Projection;

namespace GspMl.Onnx.Structured.Choosing;

/// <summary>Which channels go.</summary>
/// <param name="Removed">Their labels.</param>
/// <param name="Sparsity">The average Hoyer sparsity of the projected scores.</param>
/// <param name="Multiplier">The multiplier of the projection.</param>
internal sealed record ChosenChannels(IReadOnlySet<int> Removed, double Sparsity, double Multiplier);

/// <summary>
/// Grouped sparse projection of channel scores: each set of channels is one vector, the model is the group, and the channels whose projected score
/// is zero go. Vector i is thresholded at μ·β_i, β_i = 1/(√n_i − 1) (Ohib et al., TMLR 2022); scores are multiplied by 1/β_i, so that one threshold
/// holds for sets of any size.
/// </summary>
/// <param name="sets">The sets whose channels can go.</param>
/// <param name="scores">A score for each channel of each set.</param>
/// <param name="leastKept">The fraction that each set keeps; always one channel.</param>
internal sealed class ChannelChoice(IReadOnlyList<FoundSet> sets, IReadOnlyList<double[]> scores, double leastKept)
{
    private const int Halvings = 40;

    private readonly GspProjector<double> projector = new();
    private readonly double[][] scaled = [.. scores.Select(vector => vector.Select(score => score * (Math.Sqrt(vector.Length) - 1)).ToArray())];

    /// <summary>The channels that go at an average Hoyer sparsity.</summary>
    public ChosenChannels At(double sparsity)
    {
        var vectors = scaled.Select(vector => (double[])vector.Clone()).ToArray();
        var group = new VectorGroup<double>();
        foreach (var vector in vectors) group.Add(vector, VectorLayout.Rows(1, vector.Length));
        var result = projector.Project(group, SparsityTarget.Hoyer(sparsity));
        var removed = new HashSet<int>();
        for (var i = 0; i < vectors.Length; i++)
            foreach (var c in Zeros(i, vectors[i])) removed.Add(sets[i].Channels[c]);
        return new(removed, result.Sparsity, result.Multiplier);
    }

    /// <summary>The fewest channels, in the order in which rising sparsity takes them out, that leave no more than a cost.</summary>
    /// <param name="cost">What the model costs without some channels.</param>
    /// <param name="most">What it may cost.</param>
    /// <returns>The choice, or null where the sparsest one costs more.</returns>
    public ChosenChannels? Until(Func<IReadOnlySet<int>, double> cost, double most)
    {
        var none = new HashSet<int>();
        if (cost(none) <= most) return new(none, scaled.Average(vector => HoyerSparsity.Of<double>(vector)), 0);
        var (low, high, found) = (0.0, 1.0, At(1));
        if (cost(found.Removed) > most) return null;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            var tried = At(middle);
            if (cost(tried.Removed) <= most) (high, found) = (middle, tried);
            else low = middle;
        }
        return found;
    }

    /// <summary>Channels of projected score zero, less those of largest score that the set keeps anyway.</summary>
    private IEnumerable<int> Zeros(int set, double[] projected)
    {
        var least = Math.Max(1, (int)Math.Ceiling(leastKept * projected.Length));
        var kept = projected.Count(score => score != 0);
        var zeros = Enumerable.Range(0, projected.Length).Where(c => projected[c] == 0).OrderByDescending(c => scaled[set][c]);
        return zeros.Skip(Math.Max(0, least - kept));
    }
}
