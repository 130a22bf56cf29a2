using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// All filters of a layer while weights are taken out of them in stages: at each stage those of least saliency anywhere
/// in the layer go, and every filter is refitted on what it keeps (optimal brain surgeon, in stages instead of one
/// weight at a time).
/// </summary>
internal sealed class LayerFit
{
    private readonly double[] variances;
    private IReadOnlyList<RidgeSolver> groups;
    private readonly IReadOnlyList<double> gains;
    private readonly int perGroup;
    private readonly FilterFit[] fits;
    private bool isFitted;

    /// <param name="groups">One solver for each group of filters.</param>
    /// <param name="gains">What an error of each filter's output weighs (its square root): saliencies of different filters are compared
    /// after it.</param>
    public LayerFit(IReadOnlyList<RidgeSolver> groups, IReadOnlyList<double> gains)
    {
        (this.groups, this.gains) = (groups, gains);
        (perGroup, Inputs) = (groups[0].Problem.Filters, groups[0].Problem.Inputs);
        variances = [.. groups.SelectMany(solver => solver.Problem.Energy.ToArray())];
        var all = Enumerable.Range(0, Inputs).ToArray();
        fits = [.. groups.SelectMany(solver
            => Enumerable.Range(0, perGroup).Select(r => new FilterFit(all, solver.Original(r).ToArray(), [])))];
    }

    /// <summary>What is wanted of the outputs, where an activation function hides some of their errors.</summary>
    public ActivationTargets? Targets { get; init; }

    /// <summary>The most threads to use; 0 for as many as there are processors.</summary>
    public int MaxThreads { get; init; }

    /// <summary>One solver for each group of filters.</summary>
    public IReadOnlyList<RidgeSolver> Groups => groups;

    /// <summary>Filters of a group.</summary>
    public int FiltersPerGroup => perGroup;

    /// <summary>Inputs of a filter.</summary>
    public int Inputs { get; }

    /// <summary>Every filter as fitted last.</summary>
    public IReadOnlyList<FilterFit> Filters => fits;

    /// <summary>All weights.</summary>
    public long Count => (long)fits.Length * Inputs;

    /// <summary>Weights kept.</summary>
    public long Kept => fits.Sum(fit => (long)fit.Support.Length);

    /// <summary>Takes out all but <paramref name="keep"/> weights, the least salient first, and refits.</summary>
    /// <param name="keep">How many stay; no more than are kept now.</param>
    /// <param name="isLast">Whether no further stage follows, so that no saliencies are needed.</param>
    public void Shrink(long keep, bool isLast)
    {
        if (!isFitted) groups.SelectMany(solver => solver.SolveAll()).ToArray().CopyTo(fits, 0);
        isFitted = true;
        var supports = Survivors(keep);
        Threads.For(fits.Length, MaxThreads, r => fits[r] = groups[r / perGroup].Solve(r % perGroup, supports[r], withSaliency: !isLast));
    }

    /// <summary>
    /// Refits every filter on a support that was chosen elsewhere; filters of a group that are given the same array are solved together.
    /// </summary>
    public void Restrict(IReadOnlyList<int[]> supports)
    {
        var shared = Enumerable.Range(0, fits.Length).GroupBy(r => (r / perGroup, supports[r]), new SameSupport()).ToList();
        foreach (var filters in shared.Where(filters => filters.Count() > 1))
            foreach (var (r, fit) in filters.Zip(groups[filters.Key.Item1]
                .Solve([.. filters.Select(r => r % perGroup)], filters.Key.Item2))) fits[r] = fit;
        int[] alone = [.. shared.Where(filters => filters.Count() == 1).Select(filters => filters.First())];
        Threads.For(alone.Length, MaxThreads, i
            => fits[alone[i]] = groups[alone[i] / perGroup].Solve(alone[i] % perGroup, supports[alone[i]], withSaliency: false));
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
        => groups = [.. groups.Zip(problems, (solver, problem) => solver.With(problem))];

    /// <summary>Fits every filter anew on the support that it has.</summary>
    public void Refit() => Restrict([.. fits.Select(fit => fit.Support)]);

    /// <summary>The support of the original weights of highest score anywhere in the layer.</summary>
    /// <param name="costs">What each magnitude is divided by, filters × inputs.</param>
    /// <param name="keep">How many stay.</param>
    public IReadOnlyList<int[]> Best(ReadOnlySpan<double> costs, long keep)
    {
        var scores = costs.ToArray();
        for (var r = 0; r < fits.Length; r++)
        {
            var original = groups[r / perGroup].Original(r % perGroup);
            for (var j = 0; j < Inputs; j++) scores[(r * Inputs) + j] = Math.Abs(original[j]) / scores[(r * Inputs) + j];
        }
        return Largest(scores, [.. Enumerable.Repeat(Enumerable.Range(0, Inputs).ToArray(), fits.Length)], keep);
    }

    /// <summary>Keeps the original weights on a support that was chosen elsewhere.</summary>
    public void Mask(IReadOnlyList<int[]> supports)
    {
        for (var r = 0; r < fits.Length; r++)
        {
            var original = groups[r / perGroup].Original(r % perGroup).ToArray();
            fits[r] = new(supports[r], [.. supports[r].Select(j => original[j])], []);
        }
    }

    /// <summary>The weights, filters × inputs, zero off the supports.</summary>
    public double[] Weights()
    {
        var weights = new double[Count];
        for (var r = 0; r < fits.Length; r++)
            for (var a = 0; a < fits[r].Support.Length; a++) weights[(r * Inputs) + fits[r].Support[a]] = fits[r].Values[a];
        return weights;
    }

    /// <summary>The bias that each filter needs.</summary>
    public double[] Intercepts()
        => [.. fits.Select((fit, r) => groups[r / perGroup].Problem.Intercept(r % perGroup, fit.Support, fit.Values))];

    /// <summary>The root of what a squared error of a filter weighs.</summary>
    public double Gain(int filter) => gains[filter];

    /// <summary>The variance of the outputs, weighed as errors are.</summary>
    public double Energy()
        => Enumerable.Range(0, fits.Length).Sum(r => gains[r] * gains[r] * groups[r / perGroup].Problem.Energy[r % perGroup]);

    /// <summary>The mean squared error of the outputs as a fraction of their variance, both as the gains weigh the filters.</summary>
    public double RelativeError()
    {
        double error = 0, energy = 0;
        for (var r = 0; r < fits.Length; r++)
        {
            var (problem, weight) = (groups[r / perGroup].Problem, gains[r] * gains[r]);
            error += weight * problem.Error(r % perGroup, fits[r].Support, fits[r].Values);
            energy += weight * variances[r];
        }
        return energy > 0 ? Math.Max(0, error) / energy : 0;
    }

    private int[][] Survivors(long keep)
    {
        var saliencies = fits.SelectMany((fit, r) => fit.Saliency.Select(saliency => saliency * gains[r] * gains[r])).ToArray();
        var supports = fits.Select(fit => fit.Support).ToArray();
        return keep >= saliencies.Length ? supports : Largest(saliencies, supports, keep);
    }

    /// <summary>Those entries of the supports that have the largest scores; scores follow the supports, filter after filter.</summary>
    private static int[][] Largest(double[] scores, int[][] supports, long keep)
    {
        var order = Enumerable.Range(0, scores.Length).ToArray();
        Array.Sort(scores, order);
        var survives = new bool[scores.Length];
        foreach (var entry in order.AsSpan(order.Length - (int)Math.Min(keep, order.Length))) survives[entry] = true;
        var start = 0;
        return [.. supports.Select(support =>
        {
            var first = start;
            start += support.Length;
            return support.Where((_, a) => survives[first + a]).ToArray();
        })];
    }
}
