using System.Numerics;

namespace GspMl.Factorization;

/// <summary>An algorithm is a pair of updates; this is the table of DESIGN's section 3.</summary>
internal static class NmfAlgorithms
{
    public static IFactorUpdate<T> BasisUpdate<T>(NmfOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Update<T>(options, options.BasisSparsity, Weights(options));

    public static IFactorUpdate<T> CoefficientUpdate<T>(NmfOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Update<T>(options, options.CoefficientSparsity, []);

    /// <summary>The update of coefficients that no sparsity couples, with a given number of sweeps or steps.</summary>
    public static IFactorUpdate<T> CoefficientUpdate<T>(NmfAlgorithm algorithm, int innerSteps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        algorithm == NmfAlgorithm.NeNmf ? new NesterovUpdate<T>(innerSteps) : new HalsUpdate<T>(innerSteps);

    public static double[] Weights(NmfOptions options) => options.FeatureWeights is { } w ? [.. w] : [];

    private static IFactorUpdate<T> Update<T>(NmfOptions options, double? sparsity, double[] weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (options.ChosenAlgorithm, sparsity) switch
        {
            (NmfAlgorithm.NeNmf, _) => new NesterovUpdate<T>(),
            (_, null) => new HalsUpdate<T>(),
            (NmfAlgorithm.L1AHals, { } s) => new PenalizedHalsUpdate<T>(new GroupedColumns(s, weights, options.MaxThreads)),
            (NmfAlgorithm.CPsnmf, { } s) => new ProjectedGradientUpdate<T>(new SeparateColumns(s, weights, options.MaxThreads)),
            (_, { } s) => new ProjectedGradientUpdate<T>(new GroupedColumns(s, weights, options.MaxThreads)),
        };
}
