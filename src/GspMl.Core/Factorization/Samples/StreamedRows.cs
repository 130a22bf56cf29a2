using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Samples read again in every pass, a batch at a time. Their coefficients are not kept: each batch's are found anew, and only the sums
/// stay. Memory: batch × (features + 3 · rank) and some features × rank.
/// </summary>
internal sealed class StreamedRows<T>(IBatchSource<T> source, int rank, int maxThreads)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // From a cold start; nearly exact, since what is summed is all that is ever known of these rows.
    private readonly HalsUpdate<T> update = new(sweeps: 100, movement: 1e-3);
    private BatchRows<T>? batch;

    /// <summary>A whole pass with one basis.</summary>
    public void Fit(DenseMatrix<T> basis, BasisSums<T> sums)
    {
        foreach (var part in Batches(basis)) sums.Add(part);
    }

    /// <summary>
    /// One pass: the sums of each batch in turn. The basis may be changed between batches; the object returned is the same each time.
    /// </summary>
    public IEnumerable<BasisSums<T>> Batches(DenseMatrix<T> basis)
    {
        var sums = new BasisSums<T>(source.Features, rank);
        foreach (var rows in source.Read())
        {
            sums.Clear();
            Rebind(rows);
            batch!.Fit(basis, sums);
            yield return sums;
        }
        if (batch is null) throw new ArgumentException("The source has no rows.");
    }

    private void Rebind(DataMatrix<T> data)
    {
        if (batch is not null && batch.Samples == data.Samples) batch.Replace(data);
        else batch = new(data, rank, update, maxThreads);
    }
}
