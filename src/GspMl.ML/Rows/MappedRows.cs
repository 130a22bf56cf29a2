using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>
/// Rows with columns added, by one cursor or by several. Where the data give one cursor only and a computed column is asked for, ML.NET
/// splits it as it does for its own row-by-row transformers: its splitter is not public, but any of those has it.
/// </summary>
internal sealed class MappedRows(IDataView input, MappedSchema schema, RowMapping mapping) : IDataView
{
    private readonly Lazy<ColumnCopies> splitting = new(() => ColumnCopies.Of(input, [mapping.Inputs[0].Name]));

    public DataViewSchema Schema => schema.Output;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = columnsNeeded.ToList();
        return new MappedRowCursor(schema, mapping, input.GetRowCursor(schema.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = columnsNeeded.ToList();
        var needed = schema.Dependencies(active);
        var cursors = n > 1 && active.Any(schema.IsAdded)
            ? splitting.Value.Data.GetRowCursorSet([.. needed, splitting.Value.Copies[0]], n, rand)
            : input.GetRowCursorSet(needed, n, rand);
        return [.. cursors.Select(cursor => new MappedRowCursor(schema, mapping, cursor, active))];
    }
}
