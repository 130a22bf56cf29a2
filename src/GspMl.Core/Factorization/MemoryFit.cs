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

    public MemoryFit(DataMatrix<T> data, NmfOptions options, Panel<T> basis, Panel<T> coefficients, Progression progression)
    {
        (this.data, this.options, this.progression) = (data, options, progression);
        samples = new(data, coefficients, NmfAlgorithms.CoefficientUpdate<T>(options), options.MaxThreads);
        this.basis = new(basis, options);
        bestBasis = new(basis.Rows, basis.Columns);
        bestCoefficients = new(coefficients.Rows, coefficients.Columns);
    }

    public NmfResult<T> Run()
    {
        var sums = new BasisSums<T>(data.Features, options.Rank);
        samples.AddSums(sums);
        while (progression.Ending is null)
        {
            basis.Update(sums);
            sums.Clear();
            samples.Fit(basis.Matrix, sums);
            var sparsity = AverageSparsity.Of(samples.Coefficients, []);
            if (progression.Record(sums.RelativeError(basis.Gram), basis.Sparsity(), sparsity)) Keep();
        }
        return Result();
    }

    private void Keep()
    {
        bestBasis.CopyFrom(basis.Panel);
        bestCoefficients.CopyFrom(samples.Coefficients);
    }

    private NmfResult<T> Result()
    {
        return new(
            bestBasis.ToDense(), bestCoefficients.ToDense(), data.RelativeError(bestCoefficients, bestBasis, options.MaxThreads),
            basis.Sparsity(bestBasis), AverageSparsity.Of(bestCoefficients, []),
            progression.Trace.Count, progression.BestIteration, progression.Ending!.Value, progression.Elapsed, progression.Trace);
    }
}
