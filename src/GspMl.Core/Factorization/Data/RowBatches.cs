using System.Numerics;

namespace GspMl.Factorization;

/// <summary>The rows of a source in batches, in one buffer that every pass and every batch reuses.</summary>
internal sealed class RowBatches<T>(IRowSource<T> source, int batchRows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] buffer = new T[checked(batchRows * source.Features)];

    /// <summary>One pass. All batches but the last are full, whatever readers give at a time, so that they are the same in every pass.</summary>
    public IEnumerable<RowBatch<T>> Read()
    {
        using var reader = source.Open();
        var first = 0L;
        while (Fill(reader) is var rows and > 0)
        {
            yield return new(first, rows, buffer.AsMemory(0, rows * source.Features));
            first += rows;
        }
        if (first == 0) throw new ArgumentException("The source has no rows.");
    }

    private int Fill(IRowReader<T> reader)
    {
        var rows = 0;
        while (rows < batchRows)
        {
            var read = reader.Read(buffer.AsSpan(rows * source.Features));
            if (read == 0) break;
            if (read < 0 || rows + read > batchRows) throw new InvalidOperationException($"The reader reports {read} rows where {batchRows - rows} fit.");
            rows += read;
        }
        return rows;
    }
}

/// <summary>Some rows of a pass.</summary>
/// <param name="First">The number of the first, from 0.</param>
/// <param name="Rows">How many.</param>
/// <param name="Values">Row-major; valid until the next batch.</param>
internal readonly record struct RowBatch<T>(long First, int Rows, ReadOnlyMemory<T> Values)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
