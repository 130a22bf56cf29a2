using GspMl.Onnx.Patterns;
using GspMl.Onnx.Products;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// All filters of a layer: which weights they keep, and their values, fitted to what the outputs should be. Every step is a number of
/// products of the weights with the Gram matrix, shared by all filters, and a layer is factorised once at most, however many filters it has
/// and however often it is fitted.
/// </summary>
internal sealed class LayerFit
{
    private const double LargeProduct = 1e9;

    private readonly MatrixProduct products;
    private readonly IReadOnlyList<double> gains;
    private readonly double[] variances;
    private readonly Lazy<ScaledProblem> scaled;
    private IReadOnlyList<RidgeSolver> groups;
    private bool[] kept;
    private double[] weights;

    /// <param name="groups">One solver for each group of filters.</param>
    /// <param name="gains">What an error of each filter's output weighs (its square root): weights of different filters are compared
    /// after it.</param>
    /// <param name="products">Multiplies.</param>
    public LayerFit(IReadOnlyList<RidgeSolver> groups, IReadOnlyList<double> gains, MatrixProduct products)
    {
        (this.groups, this.gains, this.products) = (groups, gains, products);
        (FiltersPerGroup, Inputs) = (groups[0].Problem.Filters, groups[0].Problem.Inputs);
        Filters = groups.Count * FiltersPerGroup;
        variances = [.. groups.SelectMany(solver => solver.Problem.Energy.ToArray())];
        weights = [.. Enumerable.Range(0, Filters).SelectMany(r => Original(r).ToArray())];
        kept = new bool[weights.Length];
        kept.AsSpan().Fill(true);
        scaled = new(() => new(groups, products, MaxThreads));
    }

    /// <summary>What is wanted of the outputs, where an activation function hides some of their errors.</summary>
    public ActivationTargets? Targets { get; init; }

    /// <summary>What of the weights goes or stays together; null where each does so alone.</summary>
    public PatternLayout? Pattern { get; init; }

    /// <summary>The most threads to use; 0 for as many as there are processors.</summary>
    public int MaxThreads { get; init; }

    /// <summary>Multiplies for this layer.</summary>
    public MatrixProduct Products => products;

    /// <summary>One solver for each group of filters.</summary>
    public IReadOnlyList<RidgeSolver> Groups => groups;

    /// <summary>All filters.</summary>
    public int Filters { get; }

    /// <summary>Filters of a group.</summary>
    public int FiltersPerGroup { get; }

    /// <summary>Inputs of a filter.</summary>
    public int Inputs { get; }

    /// <summary>Whether a product of the weights and the Gram matrix takes more than a hundredth of a second.</summary>
    public bool IsLarge => IsLargeLayer(Count, Inputs);

    /// <summary>Whether a product of a layer's weights and its Gram matrix takes more than a hundredth of a second.</summary>
    public static bool IsLargeLayer(double weights, double inputs) => weights * inputs > LargeProduct;

    /// <summary>All weights.</summary>
    public long Count => weights.Length;

    /// <summary>Weights kept.</summary>
    public long Kept => kept.AsSpan().Count(true);

    /// <summary>The weights as fitted last, filters × inputs, zero off the supports.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>The inputs that a filter keeps, ascending.</summary>
    public int[] Support(int filter) => [.. Enumerable.Range(0, Inputs).Where(j => kept[(filter * Inputs) + j])];

    /// <summary>Chooses the weights that stay, over all filters, and fits them.</summary>
    /// <param name="keep">How many stay.</param>
    /// <param name="effort">How thoroughly.</param>
    /// <param name="cancel">Looked at between rounds.</param>
    public void Shrink(long keep, SearchEffort effort, CancellationToken cancel)
    {
        (kept, var values) = new SupportSearch(scaled.Value, gains, Pattern?.Arranged(Saliencies(), keep)).Run(keep, effort, cancel);
        Refit(values, effort.Refit, cancel);
    }

    /// <summary>What each original weight adds to the squares of the outputs, as the gains weigh the filters.</summary>
    private float[] Saliencies()
    {
        var saliencies = (float[])scaled.Value.Original.Clone();
        for (var i = 0; i < saliencies.Length; i++) saliencies[i] *= saliencies[i] * (float)(gains[i / Inputs] * gains[i / Inputs]);
        return saliencies;
    }

    /// <summary>
    /// Fits every filter on a support that was chosen elsewhere; filters of a group that are given the same array are solved exactly, by
    /// one factor.
    /// </summary>
    public void Restrict(IReadOnlyList<int[]> supports, CancellationToken cancel)
    {
        Mask(supports);
        var shared = Enumerable.Range(0, Filters)
            .GroupBy(r => (Group: r / FiltersPerGroup, Support: supports[r]), new SameSupport()).ToList();
        if (shared.Any(filters => filters.Count() == 1)) Refit(cancel);
        foreach (var filters in shared.Where(filters => filters.Count() > 1)) Solve(filters.Key.Group, [.. filters], filters.Key.Support);
    }

    /// <summary>Fits every filter anew on the support that it has.</summary>
    public void Refit(CancellationToken cancel)
    {
        var values = new float[weights.Length];
        Threads.For(Filters, MaxThreads, r => scaled.Value.Scale(Row(r), r, values.AsSpan(r * Inputs, Inputs)), cancel);
        Refit(values, IsLarge ? RefitEffort.Large : RefitEffort.Full, cancel);
    }

    private void Refit(float[] values, RefitEffort effort, CancellationToken cancel)
    {
        new MaskedRefit(scaled.Value).Run(kept, values, effort, cancel);
        Threads.For(Filters, MaxThreads, r => scaled.Value.Unscaled(values, r).CopyTo(Row(r)), cancel);
    }

    private void Solve(int group, int[] filters, int[] support)
    {
        if (support.Length == 0) return;
        foreach (var (r, values) in filters.Zip(groups[group].Solve([.. filters.Select(r => r % FiltersPerGroup)], support)))
            for (var a = 0; a < support.Length; a++) Row(r)[support[a]] = values[a];
    }

    private sealed class SameSupport : IEqualityComparer<(int Group, int[] Support)>
    {
        public bool Equals((int Group, int[] Support) a, (int Group, int[] Support) b)
            => a.Group == b.Group && ReferenceEquals(a.Support, b.Support);

        public int GetHashCode((int Group, int[] Support) key)
            => HashCode.Combine(key.Group, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Support));
    }

    /// <summary>Wants other outputs from now on.</summary>
    /// <param name="problems">The same inputs with these outputs, for each group of filters.</param>
    public void Retarget(IReadOnlyList<LeastSquaresProblem> problems)
    {
        var problem = scaled.Value;
        groups = [.. groups.Zip(problems, (solver, changed) => solver.With(changed))];
        problem.Retarget(groups);
    }

    /// <summary>The support of the original weights of highest score anywhere in the layer.</summary>
    /// <param name="costs">What each magnitude is divided by, filters × inputs.</param>
    /// <param name="keep">How many stay.</param>
    public IReadOnlyList<int[]> Best(ReadOnlySpan<double> costs, long keep)
    {
        var scores = new double[costs.Length];
        for (var r = 0; r < Filters; r++)
        {
            var original = Original(r);
            for (var j = 0; j < Inputs; j++) scores[(r * Inputs) + j] = Math.Abs(original[j]) / costs[(r * Inputs) + j];
        }
        var best = Best(scores, keep);
        return [.. Enumerable.Range(0, Filters).Select(r => Enumerable.Range(0, Inputs).Where(j => best[(r * Inputs) + j]).ToArray())];
    }

    private bool[] Best(double[] scores, long keep)
    {
        var best = new bool[scores.Length];
        if (Pattern is { } pattern)
        {
            var largest = Math.Max(scores.Max(), double.Epsilon);
            float[] squares = [.. scores.Select(score => (float)Math.Pow(score / largest, 2))];
            pattern.Arranged(squares, keep).Mark(squares, keep, best);
            return best;
        }
        var order = Enumerable.Range(0, scores.Length).ToArray();
        Array.Sort(scores, order);
        foreach (var entry in order.AsSpan(order.Length - (int)Math.Min(keep, order.Length))) best[entry] = true;
        return best;
    }

    /// <summary>The most weights that can stay without being more than <paramref name="keep"/>.</summary>
    public long AtMost(long keep) => Pattern?.AtMost(keep) ?? keep;

    /// <summary>Keeps the original weights on a support that was chosen elsewhere.</summary>
    public void Mask(IReadOnlyList<int[]> supports)
    {
        (kept, weights) = (new bool[weights.Length], new double[weights.Length]);
        for (var r = 0; r < Filters; r++)
            foreach (var j in supports[r]) (kept[(r * Inputs) + j], weights[(r * Inputs) + j]) = (true, Original(r)[j]);
    }

    /// <summary>The bias that each filter needs.</summary>
    public double[] Intercepts()
        => [.. Enumerable.Range(0, Filters).Select(r => groups[r / FiltersPerGroup].Problem.Intercept(r % FiltersPerGroup, Row(r)))];

    /// <summary>The root of what a squared error of a filter weighs.</summary>
    public double Gain(int filter) => gains[filter];

    /// <summary>The variance of the outputs, weighed as errors are.</summary>
    public double Energy()
        => Enumerable.Range(0, Filters).Sum(r => gains[r] * gains[r] * groups[r / FiltersPerGroup].Problem.Energy[r % FiltersPerGroup]);

    /// <summary>The mean squared error of the outputs as a fraction of their variance, both as the gains weigh the filters.</summary>
    public double RelativeError()
    {
        double error = 0, energy = 0;
        var errors = scaled.Value.Errors(groups, weights);
        for (var r = 0; r < Filters; r++)
        {
            error += gains[r] * gains[r] * errors[r];
            energy += gains[r] * gains[r] * variances[r];
        }
        return energy > 0 ? Math.Max(0, error) / energy : 0;
    }

    private ReadOnlySpan<double> Original(int filter) => groups[filter / FiltersPerGroup].Original(filter % FiltersPerGroup);

    private Span<double> Row(int filter) => weights.AsSpan(filter * Inputs, Inputs);
}
