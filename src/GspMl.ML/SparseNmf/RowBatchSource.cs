using GspMl.Factorization;
using GspMl.ML.Rows;

namespace GspMl.ML;

/// <summary>
/// The rows of a column as the factorisation streams them, dense or sparse as they are: each pass opens a cursor of its own.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="rank">Of the factorisation: a batch has several times as many rows, so that each says something of every component.</param>
/// <param name="cancel">Looked at for every row.</param>
internal sealed class RowBatchSource(VectorRows rows, int rank, CancellationToken cancel) : IBatchSource<float>
{
    private const int DenseValues = 1 << 22, LeastRows = 64, MostRows = 8192;

    public int Features => rows.Size;

    public IEnumerable<DataMatrix<float>> Read()
    {
        IRowPart? part = null;
        var (count, most) = (0, 0);
        foreach (var row in rows.Read(cancel))
        {
            part ??= RowParts.For(row, rows.Size, rows.Count);
            if (most == 0) most = Math.Max(4 * rank, row.IsDense ? Math.Clamp(DenseValues / rows.Size, LeastRows, MostRows) : MostRows);
            if (count == most || !part.HasRoom(row))
            {
                yield return part.Lend();
                count = 0;
            }
            part.Add(row);
            count++;
        }
        if (part is not null) yield return part.Lend();
    }
}
