using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>How a fit over shards starts: what their rows are, then random factors scaled to them.</summary>
internal static class ShardStart
{
    /// <summary>Runs a whole fit; the coefficients stay in the shards.</summary>
    public static async Task<NmfResult<T>> FitAsync<T>(
        IShard<T> samples, NmfOptions options, IProgress<NmfIteration>? progress, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var progression = new Progression(options, progress, cancel);
        var data = await samples.StepAsync(new ShardRequest<T>.Open(), cancel).ConfigureAwait(false);
        options.ValidateFor(data.Features);
        var count = (double)data.Samples * data.Features;
        var halvings = DataScale.Of<T>(data.SquaredNorm, data.Total / count, count);
        var scaled = data with { SquaredNorm = Math.ScaleB(data.SquaredNorm, -4 * halvings) };

        var basis = RandomStart.Basis<T>(data.Features, options);
        var aligned = await samples.StepAsync(Begin(data, basis, options, halvings), cancel).ConfigureAwait(false);
        var gram = new double[options.Rank * options.Rank];
        GramMatrix.Of(basis, gram, options.MaxThreads);
        var factor = RandomStart.Factor(aligned.Alignment, aligned.FittedGram.Span, gram);
        basis.Scale(factor);
        var sums = await samples.StepAsync(new ShardRequest<T>.Scale { Number = 2, Factor = factor }, cancel).ConfigureAwait(false);
        var fit = new ShardFit<T>(samples, scaled, basis, options, number: 2, progression, cancel);
        return (await fit.RunAsync(sums).ConfigureAwait(false)).Scaled(halvings);
    }

    private static ShardRequest<T>.Begin Begin<T>(ShardSums<T> data, Panel<T> basis, NmfOptions options, int halvings)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Number = 1,
            Basis = basis.ToDense().Values,
            Rank = options.Rank,
            Seed = options.Seed,
            Halvings = halvings,
            Algorithm = options.ChosenAlgorithm,
            InnerSteps = NormalEquations<T>.InnerStepsOf((double)data.StoredValues * options.Rank, data.Samples, options.Rank),
        };
}
