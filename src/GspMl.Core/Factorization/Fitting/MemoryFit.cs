using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>The alternation over data in memory.</summary>
internal sealed class MemoryFit<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataMatrix<T> data;
    private readonly NmfOptions options;
    private readonly Progression progression;
    private readonly MemoryShard<T> samples;
    private readonly BasisSide<T> basis;
    private readonly Panel<T> bestBasis;
    private readonly Panel<T> bestCoefficients;
    private readonly bool extrapolates;

    public MemoryFit(DataMatrix<T> data, NmfOptions options, Panel<T> basis, Panel<T> coefficients, Progression progression)
    {
        (this.data, this.options, this.progression) = (data, options, progression);
        samples = new(data, coefficients, NmfAlgorithms.CoefficientUpdate<T>(options), options.MaxThreads);
        this.basis = new(basis, options);
        // The error of ℓ1 A-HALS may rise without extrapolation; going back to the best iterate would hold it there.
        extrapolates = options.Extrapolate && options.ChosenAlgorithm != NmfAlgorithm.L1AHals;
        bestBasis = new(basis.Rows, basis.Columns);
        bestCoefficients = new(coefficients.Rows, coefficients.Columns);
    }

    public NmfResult<T> Run()
    {
        var sums = new BasisSums<T>(data.Features, options.Rank);
        var (extrapolation, lastError) = (new Extrapolation(), double.PositiveInfinity);
        samples.AddSums(sums);
        bestCoefficients.CopyFrom(samples.Coefficients);
        while (progression.Ending is null)
        {
            basis.Update(sums, extrapolates ? extrapolation.Step : 0);
            var error = samples.Fit(basis.Matrix);
            var sparsity = AverageSparsity.Of(samples.Coefficients, []);
            if (progression.Record(error, basis.Sparsity(), sparsity)) bestBasis.CopyFrom(basis.Panel);
            if (extrapolates) Extrapolate(extrapolation, error, lastError);
            else if (progression.IsBest) bestCoefficients.CopyFrom(samples.Coefficients);
            lastError = Math.Min(error, lastError);
            sums.Clear();
            samples.AddSums(sums);
        }
        return Result();
    }

    /// <summary>Goes on from the new coefficients, which become the best ones, or back to the best iterate.</summary>
    private void Extrapolate(Extrapolation extrapolation, double error, double lastError)
    {
        if (extrapolation.Rejects(error, lastError))
        {
            basis.Return(bestBasis);
            samples.Coefficients.CopyFrom(bestCoefficients);
        }
        else if (progression.IsBest)
        {
            var step = options.CoefficientSparsity is null ? extrapolation.Step : 0;
            Extrapolation.Advance(samples.Coefficients, bestCoefficients, step, options.MaxThreads);
        }
    }

    private NmfResult<T> Result() => new()
    {
        Basis = bestBasis.ToDense(),
        Coefficients = bestCoefficients.ToDense(),
        RelativeError = data.MeasureRelativeError(bestCoefficients, bestBasis, options.MaxThreads),
        BasisSparsity = basis.Sparsity(bestBasis),
        CoefficientSparsity = AverageSparsity.Of(bestCoefficients, []),
        BestIteration = progression.BestIteration,
        Ending = progression.Ending!.Value,
        Elapsed = progression.Elapsed,
        Trace = progression.Trace,
    };
}
