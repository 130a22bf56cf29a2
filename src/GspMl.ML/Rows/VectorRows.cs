using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>The rows of one vector column, which can be read again and again; each pass opens a cursor of its own.</summary>
internal sealed class VectorRows
{
    private readonly IDataView data;
    private readonly DataViewSchema.Column column;
    private readonly bool nonNegative;

    /// <param name="data">The data.</param>
    /// <param name="name">The column: a vector of float of known size.</param>
    /// <param name="nonNegative">Whether a negative value is an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public VectorRows(IDataView data, string name, bool nonNegative)
    {
        this.data = data;
        this.nonNegative = nonNegative;
        column = data.Schema.RequireSingleVector(name);
        Size = column.VectorSize();
        Shape = column.Shape();
        SlotNames = Schema.SlotNames.Read(column);
    }

    public int Size { get; }

    /// <summary>The dimensions, whose product is the size.</summary>
    public IReadOnlyList<int> Shape { get; }

    public IReadOnlyList<string> SlotNames { get; }

    /// <summary>The number of rows, where it is known without reading them.</summary>
    public long? Count => data.GetRowCount();

    /// <summary>One pass over the rows in their order. The buffer that is handed out is reused for the next row.</summary>
    /// <exception cref="InvalidOperationException">A row is not what <see cref="RowReader"/> lets through.</exception>
    public IEnumerable<VBuffer<float>> Read(CancellationToken cancel)
    {
        using var cursor = data.GetRowCursor([column]);
        var reader = new RowReader(cursor, column, nonNegative);
        var values = default(VBuffer<float>);
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            reader.Read(ref values);
            yield return values;
        }
    }

    /// <summary>
    /// One pass in dense batches of at most <paramref name="capacity"/> rows, row-major; the memory is reused for the next batch.
    /// </summary>
    /// <exception cref="InvalidOperationException">A row is not what <see cref="RowReader"/> lets through.</exception>
    public IEnumerable<ReadOnlyMemory<float>> ReadBatches(int capacity, CancellationToken cancel)
    {
        var buffer = new float[(long)capacity * Size];
        var filled = 0;
        foreach (var row in Read(cancel))
        {
            row.CopyTo(buffer.AsSpan(filled++ * Size, Size));
            if (filled < capacity) continue;
            yield return buffer;
            filled = 0;
        }
        if (filled > 0) yield return buffer.AsMemory(0, filled * Size);
    }
}
