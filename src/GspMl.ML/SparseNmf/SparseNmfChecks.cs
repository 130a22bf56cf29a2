using GspMl.Factorization;
using GspMl.ML.Schema;

namespace GspMl.ML;

/// <summary>The checks of <see cref="SparseNmfEstimator.Options"/>, made before any data are seen.</summary>
internal static class SparseNmfChecks
{
    public static void Check(SparseNmfEstimator.Options options)
    {
        OptionChecks.Name(options.OutputColumnName, nameof(options.OutputColumnName));
        OptionChecks.Positive(options.Rank, nameof(options.Rank));
        OptionChecks.Fraction(options.Sparsity ?? 0, nameof(options.Sparsity));
        OptionChecks.Fraction(options.CoefficientSparsity ?? 0, nameof(options.CoefficientSparsity));
        OptionChecks.Weights(options.Weights, nameof(options.Weights));
        OptionChecks.Require(options.Weights is null || options.Sparsity is not null, nameof(options.Weights), "Weights need a sparsity of the components.");
        OptionChecks.Positive(options.MaximumNumberOfIterations, nameof(options.MaximumNumberOfIterations));
        OptionChecks.Require(options.Tolerance >= 0, nameof(options.Tolerance), "Must be at least 0.");
        OptionChecks.Require(options.NumberOfThreads >= 0, nameof(options.NumberOfThreads), "Must be at least 0.");
        OptionChecks.Require(options.MaximumValuesInMemory >= 0, nameof(options.MaximumValuesInMemory), "Must be at least 0.");
        CheckAlgorithm(options);
    }

    /// <summary>What couples all rows needs their coefficients in memory, if not the rows themselves.</summary>
    /// <exception cref="InvalidOperationException">The coefficients are too many.</exception>
    public static void CheckCoefficients(SparseNmfEstimator.Options options, int rows)
    {
        var needed = (long)rows * options.Rank;
        if (needed <= options.MaximumValuesInMemory) return;
        var option = options.CoefficientSparsity is null ? nameof(options.Initialization) : nameof(options.CoefficientSparsity);
        throw new InvalidOperationException(
            $"{option} needs the coefficients of all {rows} rows, {needed} values, in memory; {nameof(options.MaximumValuesInMemory)} is {options.MaximumValuesInMemory}.");
    }

    private static void CheckAlgorithm(SparseNmfEstimator.Options options)
    {
        if (options.Algorithm is not { } algorithm) return;
        var sparse = options.Sparsity is not null || options.CoefficientSparsity is not null;
        var imposes = algorithm is not (NmfAlgorithm.AHals or NmfAlgorithm.NeNmf);
        OptionChecks.Require(sparse == imposes, nameof(options.Algorithm), sparse ? $"{algorithm} imposes no sparsity." : $"{algorithm} needs a sparsity.");
    }
}
