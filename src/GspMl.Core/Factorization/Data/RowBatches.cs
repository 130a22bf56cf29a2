using System.Numerics;

namespace GspMl.Factorization;

/// <summary>The rows of a source in dense batches, in one buffer that every pass and every batch reuses.</summary>
internal sealed class RowBatches<T>(IRowSource<T> source, int batchRows) : IBatchSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] buffer = new T[checked(batchRows * source.Features)];

    public int Features => source.Features;

    /// <summary>
    /// One pass. All batches but the last are full, whatever readers give at a time, so that they are the same in every pass.
    /// </summary>
    public IEnumerable<DataMatrix<T>> Read()
    {
        using var reader = source.Open();
        var first = 0L;
        while (Fill(reader) is var rows and > 0)
        {
            yield return new DenseData<T>(buffer.AsMemory(0, rows * Features), rows, Features, first);
            first += rows;
        }
    }

    private int Fill(IRowReader<T> reader)
    {
        var rows = 0;
        while (rows < batchRows)
        {
            var read = reader.Read(buffer.AsSpan(rows * Features));
            if (read == 0) break;
            if (read < 0 || rows + read > batchRows)
                throw new InvalidOperationException($"The reader reports {read} rows where {batchRows - rows} fit.");
            rows += read;
        }
        return rows;
    }
}
