using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// The alternation over data that is read in passes. The basis is updated after every batch, from the sums of this pass so far and, for the
/// rows still to come, their share of the last pass' sums (as incremental EM does; Neal and Hinton 1998; compare online dictionary
/// learning, Mairal et al. 2010). A pass is an iteration.
/// </summary>
internal sealed class StreamFit<T>(IBatchSource<T> source, NmfOptions options, Progression progression, CancellationToken cancel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StreamedRows<T> samples = new(source, options.Rank, options.MaxThreads);
    private readonly BasisSums<T> known = new(source.Features, options.Rank);
    private BasisSums<T> current = new(source.Features, options.Rank);
    private BasisSums<T> previous = new(source.Features, options.Rank);

    public NmfResult<T> Run(Panel<T> start)
    {
        var basis = new BasisSide<T>(start, options);
        var best = new Panel<T>(start.Rows, start.Columns);
        while (progression.Ending is null)
        {
            Pass(basis);
            current.Alignment = Alignment(current, basis.Panel);
            if (progression.Record(current.RelativeError(basis.Gram), basis.Sparsity(), double.NaN)) best.CopyFrom(basis.Panel);
            (current, previous) = (previous, current);
        }
        return Result(basis, best);
    }

    private void Pass(BasisSide<T> basis)
    {
        current.Clear();
        foreach (var batch in samples.Batches(basis.Matrix))
        {
            cancel.ThrowIfCancellationRequested();
            current.Add(batch);
            known.Clear();
            known.Add(current);
            if (previous.Samples > current.Samples) known.Add(previous, 1 - (double)current.Samples / previous.Samples);
            known.ProductCost = batch.ProductCost;
            basis.Update(known.Product.Values, known.Gram, known.ProductCost);
        }
    }

    /// <summary>⟨X·B, C⟩ = ⟨B, Xᵀ·C⟩: exact for the present basis, although the coefficients were fitted to earlier ones.</summary>
    private static double Alignment(BasisSums<T> sums, Panel<T> basis)
    {
        var sum = 0.0;
        for (var j = 0; j < basis.Rows; j++)
        {
            var b = basis.Row(j);
            var v = sums.Product.Row(j);
            for (var k = 0; k < b.Length; k++) sum += double.CreateTruncating(b[k]) * double.CreateTruncating(v[k]);
        }
        return sum;
    }

    private NmfResult<T> Result(BasisSide<T> basis, Panel<T> best)
    {
        var matrix = best.ToDense();
        var gram = new double[options.Rank * options.Rank];
        GramMatrix.Of(best, gram, options.MaxThreads);
        current.Clear();
        samples.Fit(matrix, current);
        return new()
        {
            Basis = matrix,
            RelativeError = current.RelativeError(gram),
            BasisSparsity = basis.Sparsity(best),
            BestIteration = progression.BestIteration,
            Ending = progression.Ending!.Value,
            Elapsed = progression.Elapsed,
            Trace = progression.Trace,
        };
    }
}
