using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// The alternation, over rows wherever they are: basis update, round to the shard, verdict. One round an iteration where the shard looks
/// ahead; a step that is taken back costs a second one.
/// </summary>
internal sealed class ShardFit<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IShard<T> samples;
    private readonly NmfOptions options;
    private readonly ShardSums<T> data;
    private readonly Progression progression;
    private readonly CancellationToken cancel;
    private readonly BasisSide<T> basis;
    private readonly Panel<T> bestBasis;
    private readonly bool extrapolates;
    private readonly Extrapolation extrapolation = new();
    private double lastError = double.PositiveInfinity;
    private ShardVerdict untold; // the last verdict, where the shard hears of it with the step that follows
    private int number;

    /// <param name="samples">A shard, or a group of them, whose coefficients have been started.</param>
    /// <param name="data">What the rows are, times the power of two that they are taken in.</param>
    /// <param name="basis">Where the basis starts; it is changed.</param>
    /// <param name="options">Checked.</param>
    /// <param name="number">That of the last request so far.</param>
    /// <param name="progression">Keeps the trace.</param>
    /// <param name="cancel">Handed to the shard.</param>
    public ShardFit(IShard<T> samples, ShardSums<T> data, Panel<T> basis, NmfOptions options, int number, Progression progression,
        CancellationToken cancel)
    {
        (this.samples, this.data, this.options, this.number) = (samples, data, options, number);
        (this.progression, this.cancel, this.basis) = (progression, cancel, new(basis, options));
        // The error of ℓ1 A-HALS may rise without extrapolation; going back to the best iterate would hold it there.
        extrapolates = options.Extrapolate && options.ChosenAlgorithm != NmfAlgorithm.L1AHals;
        bestBasis = new(basis.Rows, basis.Columns);
    }

    /// <param name="sums">Of the coefficients that the fit starts from.</param>
    public async Task<NmfResult<T>> RunAsync(ShardSums<T> sums)
    {
        var cost = (double)data.StoredValues * options.Rank;
        while (true)
        {
            basis.Update(sums.Product.Span, sums.Gram.ToArray(), cost, extrapolates ? extrapolation.Step : 0);
            var ahead = extrapolates && options.CoefficientSparsity is null ? extrapolation.Next : 0;
            var answer = await StepAsync(samples.IsRemote ? ahead : null).ConfigureAwait(false);
            var verdict = Judge(answer);
            if (progression.Ending is not null) return await FinishAsync(verdict).ConfigureAwait(false);
            if (Foresaw(answer, verdict, ahead)) (sums, untold) = (answer, verdict);
            else sums = await ResolveAsync(verdict, ahead).ConfigureAwait(false);
        }
    }

    private Task<ShardSums<T>> StepAsync(double? ahead)
    {
        var step = new ShardRequest<T>.Fit { Number = ++number, Verdict = untold, Basis = basis.Matrix.Values, Ahead = ahead };
        untold = ShardVerdict.Settled;
        return samples.StepAsync(step, cancel);
    }

    private Task<ShardSums<T>> ResolveAsync(ShardVerdict verdict, double ahead) =>
        samples.StepAsync(new ShardRequest<T>.Resolve { Number = ++number, Verdict = verdict, Ahead = ahead }, cancel);

    /// <summary>Whether the answer has the sums to go on from: of what was foreseen, or of coefficients that do not go on.</summary>
    private static bool Foresaw(ShardSums<T> answer, ShardVerdict verdict, double ahead) =>
        !answer.Product.IsEmpty && (verdict == ShardVerdict.Accept || (verdict == ShardVerdict.Keep && ahead == 0));

    /// <summary>Records the iteration and says what becomes of it.</summary>
    private ShardVerdict Judge(ShardSums<T> answer)
    {
        var error = RelativeError(data.SquaredNorm - 2 * answer.Alignment + RankMatrix.Dot(answer.FittedGram.Span, basis.Gram));
        var improved = progression.Record(error, basis.Sparsity(), CoefficientSparsity(answer));
        if (improved) bestBasis.CopyFrom(basis.Panel);
        var rejected = extrapolates && extrapolation.Rejects(error, lastError);
        if (rejected) basis.Return(bestBasis);
        lastError = Math.Min(error, lastError);
        return rejected ? ShardVerdict.Reject : improved ? ShardVerdict.Accept : ShardVerdict.Keep;
    }

    private async Task<NmfResult<T>> FinishAsync(ShardVerdict verdict)
    {
        var best = bestBasis.ToDense();
        var end = await samples.StepAsync(
            new ShardRequest<T>.Finish { Number = ++number, Verdict = verdict, Basis = best.Values }, cancel).ConfigureAwait(false);
        return new()
        {
            Basis = best,
            RelativeError = RelativeError(end.Residual),
            BasisSparsity = basis.Sparsity(bestBasis),
            CoefficientSparsity = CoefficientSparsity(end),
            BestIteration = progression.BestIteration,
            Ending = progression.Ending!.Value,
            Elapsed = progression.Elapsed,
            Trace = progression.Trace,
        };
    }

    private double RelativeError(double square) => data.SquaredNorm > 0 ? Math.Sqrt(Math.Max(0, square) / data.SquaredNorm) : 0;

    private double CoefficientSparsity(ShardSums<T> answer) =>
        AverageSparsity.Of(answer.ColumnSums.Span, answer.ColumnSquares.Span, data.Samples);
}
