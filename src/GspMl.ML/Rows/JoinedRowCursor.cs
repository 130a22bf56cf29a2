using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>
/// One cursor over rows that several threads compute. A computed column is read from its copy: asked for the copy, ML.NET has the threads.
/// </summary>
internal sealed class JoinedRowCursor : DataViewRowCursor
{
    private readonly MappedSchema schema;
    private readonly ColumnCopies computed;
    private readonly HashSet<int> active;
    private readonly DataViewRowCursor input;

    public JoinedRowCursor(MappedSchema schema, ColumnCopies computed, IReadOnlyList<DataViewSchema.Column> active, Random? rand)
    {
        (this.schema, this.computed) = (schema, computed);
        this.active = [.. active.Select(column => column.Index)];
        input = computed.Data.GetRowCursor([.. active.Select(Source)], rand);
    }

    public override DataViewSchema Schema => schema.Output;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    /// <summary>What a thread threw comes wrapped; where it says which row is wrong, it is said as it would be without threads.</summary>
    public override bool MoveNext()
    {
        try
        {
            return input.MoveNext();
        }
        catch (InvalidOperationException error) when (RowErrors.Find(error) is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column)) throw ColumnErrors.NotActive(column);
        return input.GetGetter<TValue>(Source(column));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }

    private DataViewSchema.Column Source(DataViewSchema.Column column) =>
        schema.IsAdded(column.Index, out var index) ? computed.Copies[index] : computed.Data.Schema[column.Index];
}
