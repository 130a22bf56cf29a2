namespace GspMl.Factorization;

/// <summary>What the options mean together, and what is refused.</summary>
public sealed partial record NmfOptions
{
    private bool IsSparse => BasisSparsity is not null || CoefficientSparsity is not null;

    /// <summary>The algorithm that was asked for, or the one that null stands for.</summary>
    internal NmfAlgorithm ChosenAlgorithm => Algorithm ?? (IsSparse ? NmfAlgorithm.Psnmf : NmfAlgorithm.AHals);

    /// <summary>Refuses, before any work, what is out of range or contradicts itself.</summary>
    /// <exception cref="ArgumentException">The property's name is the exception's parameter.</exception>
    internal void Validate()
    {
        AtLeast(Rank, 1, nameof(Rank));
        AtLeast(MaxIterations, 1, nameof(MaxIterations));
        AtLeast(MaxThreads, 0, nameof(MaxThreads));
        if (!(Tolerance >= 0)) throw OutOfRange(nameof(Tolerance), Tolerance, "it is at least 0");
        if (MaxTime < TimeSpan.Zero) throw OutOfRange(nameof(MaxTime), MaxTime, "it is not negative");
        CheckSparsity(BasisSparsity, nameof(BasisSparsity));
        CheckSparsity(CoefficientSparsity, nameof(CoefficientSparsity));
        if (!Enum.IsDefined(Initialization))
            throw new ArgumentOutOfRangeException(nameof(Initialization), Initialization,
                $"{Initialization} is no {nameof(NmfInitialization)}.");
        CheckAlgorithm();
        if (FeatureWeights is { } weights) CheckWeights(weights);
    }

    /// <summary>Refuses weights in another number than the features.</summary>
    internal void ValidateFor(int features)
    {
        Validate();
        if (FeatureWeights is { } weights && weights.Count != features)
            throw Refused(nameof(FeatureWeights), $"{features} features need {features} weights; {weights.Count} were given.");
        if (BasisSparsity is not null && features < 2)
            throw Refused(nameof(BasisSparsity), "Columns of one feature have no sparsity: there is no target to meet.");
    }

    /// <summary>Refuses a target for columns of which no sparsity is defined.</summary>
    internal void ValidateForSamples(int samples)
    {
        if (CoefficientSparsity is not null && samples < 2)
            throw Refused(nameof(CoefficientSparsity), "Columns of one sample have no sparsity: there is no target to meet.");
    }

    /// <summary>
    /// Refuses what couples all samples, or gives each its coefficients, for a fit to rows that are read in passes and keeps none.
    /// </summary>
    /// <param name="started">Whether a basis to start from is given.</param>
    internal void ValidateStreamed(bool started)
    {
        const string Kept = "a fit to rows that are read in passes keeps no coefficients; where they fit into memory, use StreamedData";
        if (CoefficientSparsity is not null)
            throw Refused(nameof(CoefficientSparsity), $"{nameof(CoefficientSparsity)} couples all samples, and {Kept}.");
        if (!started && Initialization != NmfInitialization.Random)
            throw Refused(
                nameof(Initialization),
                $"{Initialization} gives every sample its coefficients, and {Kept}, else start at random or from a given basis.");
    }

    /// <summary>Refuses what couples all samples, or gives each its coefficients, for a fit to shards.</summary>
    internal void ValidateSharded()
    {
        if (CoefficientSparsity is not null)
            throw Refused(nameof(CoefficientSparsity),
                $"{nameof(CoefficientSparsity)} couples all samples, and shards know their own alone: one multiplier for all would take "
                + "many rounds an iteration. Make the basis sparse, or fit in memory.");
        if (Initialization != NmfInitialization.Random)
            throw Refused(nameof(Initialization),
                $"{Initialization} takes a singular value decomposition of all the data, and shards know their own alone. Start at "
                + "random.");
    }

    private void CheckAlgorithm()
    {
        if (!Enum.IsDefined(ChosenAlgorithm))
            throw new ArgumentOutOfRangeException(nameof(Algorithm), Algorithm, $"{Algorithm} is no {nameof(NmfAlgorithm)}.");
        if (ChosenAlgorithm is not (NmfAlgorithm.AHals or NmfAlgorithm.NeNmf) == IsSparse) return;
        throw Refused(nameof(Algorithm), IsSparse
            ? $"{Algorithm} imposes no sparsity; choose {NmfAlgorithm.Psnmf}, {NmfAlgorithm.CPsnmf} or {NmfAlgorithm.L1AHals}."
            : $"{Algorithm} needs a sparsity: {nameof(BasisSparsity)}, {nameof(CoefficientSparsity)} or both.");
    }

    private void CheckWeights(IReadOnlyList<double> weights)
    {
        if (BasisSparsity is null)
            throw Refused(
                nameof(FeatureWeights), $"{nameof(FeatureWeights)} need a {nameof(BasisSparsity)}: they weight the sparsity of the basis.");
        for (var j = 0; j < weights.Count; j++)
        {
            if (!(weights[j] >= 0 && double.IsFinite(weights[j])))
                throw Refused(nameof(FeatureWeights), $"The weight of feature {j} is {weights[j]}; weights are finite and at least 0.");
        }
        if (weights.All(w => w == 0)) throw Refused(nameof(FeatureWeights), "All feature weights are 0: no sparsity is defined.");
    }

    private static void CheckSparsity(double? sparsity, string name)
    {
        if (sparsity is { } s && !(s is >= 0 and <= 1)) throw OutOfRange(name, s, "a Hoyer sparsity lies in [0, 1]");
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least) throw OutOfRange(name, value, $"it is at least {least}");
    }

    private static ArgumentException Refused(string name, string message) => new(message, name);

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string rule) =>
        new(name, value, $"{name} is {value}; {rule}.");
}
