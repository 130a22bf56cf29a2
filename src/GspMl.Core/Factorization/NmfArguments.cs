namespace GspMl.Factorization;

/// <summary>The checks of <see cref="NmfOptions"/>, made before any work.</summary>
internal static class NmfArguments
{
    public static void Check(NmfOptions options, int features)
    {
        ArgumentNullException.ThrowIfNull(options);
        AtLeast(options.Rank, 1, nameof(options.Rank));
        AtLeast(options.MaxIterations, 1, nameof(options.MaxIterations));
        AtLeast(options.MaxThreads, 0, nameof(options.MaxThreads));
        if (!(options.Tolerance >= 0)) throw new ArgumentException($"Tolerance is {options.Tolerance}; it is at least 0.", nameof(options));
        CheckSparsity(options.BasisSparsity, nameof(options.BasisSparsity));
        CheckSparsity(options.CoefficientSparsity, nameof(options.CoefficientSparsity));
        if (!Enum.IsDefined(options.Initialization)) throw new ArgumentException($"{options.Initialization} is no {nameof(NmfInitialization)}.");
        CheckAlgorithm(options);
        CheckWeights(options, features);
    }

    public static void CheckStreamed(NmfOptions options, bool started)
    {
        if (options.CoefficientSparsity is not null)
            throw new ArgumentException($"{nameof(options.CoefficientSparsity)} couples all samples, and a fit to rows that are read in passes keeps no coefficients; where they fit into memory, use {nameof(StreamedData<>)}.");
        if (!started && options.Initialization != NmfInitialization.Random)
            throw new ArgumentException($"{options.Initialization} gives every sample its coefficients, and a fit to rows that are read in passes keeps none; where they fit into memory, use {nameof(StreamedData<>)}, else start at random or from a given basis.");
    }

    private static void CheckSparsity(double? sparsity, string name)
    {
        if (sparsity is { } s && !(s is >= 0 and <= 1)) throw new ArgumentException($"{name} is {s}; a Hoyer sparsity lies in [0, 1].");
    }

    private static void CheckAlgorithm(NmfOptions options)
    {
        var sparse = options.BasisSparsity is not null || options.CoefficientSparsity is not null;
        var algorithm = NmfAlgorithms.Chosen(options);
        if (!Enum.IsDefined(algorithm)) throw new ArgumentException($"{algorithm} is no {nameof(NmfAlgorithm)}.");
        if ((algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf) == sparse)
        {
            throw new ArgumentException(sparse
                ? $"{algorithm} imposes no sparsity; choose {NmfAlgorithm.Psnmf}, {NmfAlgorithm.CPsnmf} or {NmfAlgorithm.L1AHals}."
                : $"{algorithm} needs a sparsity: {nameof(options.BasisSparsity)}, {nameof(options.CoefficientSparsity)} or both.");
        }
    }

    private static void CheckWeights(NmfOptions options, int features)
    {
        if (options.FeatureWeights is not { } weights) return;
        if (options.BasisSparsity is null) throw new ArgumentException($"{nameof(options.FeatureWeights)} need a {nameof(options.BasisSparsity)}: they weight the sparsity of the basis.");
        if (weights.Count != features) throw new ArgumentException($"{features} features need {features} weights; {weights.Count} were given.");
        for (var j = 0; j < weights.Count; j++)
        {
            if (!(weights[j] >= 0 && double.IsFinite(weights[j]))) throw new ArgumentException($"The weight of feature {j} is {weights[j]}; weights are finite and at least 0.");
        }
        if (weights.All(w => w == 0)) throw new ArgumentException("All feature weights are 0: no sparsity is defined.");
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least) throw new ArgumentException($"{name} is {value}; it is at least {least}.");
    }
}
