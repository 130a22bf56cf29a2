namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// All filters of a layer while weights are taken out of them in stages: at each stage those of least saliency anywhere
/// in the layer go, and every filter is refitted on what it keeps (optimal brain surgeon, in stages instead of one
/// weight at a time).
/// </summary>
internal sealed class LayerFit
{
    private readonly IReadOnlyList<RidgeSolver> groups;
    private readonly IReadOnlyList<double> gains;
    private readonly int perGroup;
    private readonly FilterFit[] fits;

    /// <param name="groups">One solver for each group of filters.</param>
    /// <param name="gains">What multiplies each filter's output behind the layer: saliencies of different filters are compared after it.</param>
    public LayerFit(IReadOnlyList<RidgeSolver> groups, IReadOnlyList<double> gains)
    {
        (this.groups, this.gains) = (groups, gains);
        (perGroup, Inputs) = (groups[0].Problem.Filters, groups[0].Problem.Inputs);
        fits = [.. groups.SelectMany(solver => solver.SolveAll())];
    }

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
        var supports = Survivors(keep);
        Parallel.For(0, fits.Length, r => fits[r] = groups[r / perGroup].Solve(r % perGroup, supports[r], withSaliency: !isLast));
    }

    /// <summary>Refits every filter on a support that was chosen elsewhere.</summary>
    public void Restrict(IReadOnlyList<int[]> supports)
        => Parallel.For(0, fits.Length, r => fits[r] = groups[r / perGroup].Solve(r % perGroup, supports[r], withSaliency: false));

    /// <summary>The weights, filters × inputs, zero off the supports.</summary>
    public double[] Weights()
    {
        var weights = new double[Count];
        for (var r = 0; r < fits.Length; r++)
            for (var a = 0; a < fits[r].Support.Length; a++) weights[(r * Inputs) + fits[r].Support[a]] = fits[r].Values[a];
        return weights;
    }

    /// <summary>The bias that each filter needs.</summary>
    public double[] Intercepts() => [.. fits.Select((fit, r) => groups[r / perGroup].Problem.Intercept(r % perGroup, fit.Support, fit.Values))];

    /// <summary>The mean squared error of the outputs as a fraction of their variance, both after the gains.</summary>
    public double RelativeError()
    {
        double error = 0, energy = 0;
        for (var r = 0; r < fits.Length; r++)
        {
            var (problem, weight) = (groups[r / perGroup].Problem, gains[r] * gains[r]);
            error += weight * problem.Error(r % perGroup, fits[r].Support, fits[r].Values);
            energy += weight * problem.Energy[r % perGroup];
        }
        return energy > 0 ? Math.Max(0, error) / energy : 0;
    }

    private int[][] Survivors(long keep)
    {
        var scores = fits.SelectMany((fit, r) => fit.Saliency.Select(saliency => saliency * gains[r] * gains[r])).ToArray();
        if (keep >= scores.Length) return [.. fits.Select(fit => fit.Support)];
        var order = new int[scores.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(scores, order);
        var survives = new bool[scores.Length];
        for (var i = scores.Length - (int)keep; i < order.Length; i++) survives[order[i]] = true;
        var supports = new int[fits.Length][];
        for (int r = 0, start = 0; r < fits.Length; start += fits[r++].Support.Length)
        {
            var first = start;
            supports[r] = [.. fits[r].Support.Where((_, a) => survives[first + a])];
        }
        return supports;
    }
}
