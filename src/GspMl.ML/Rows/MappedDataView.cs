using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>Data with columns added row by row when it is read: nothing is computed or kept before.</summary>
internal sealed class MappedDataView(IDataView input, RowMapping mapping) : IDataView
{
    private readonly MappedSchema schema = new(input.Schema, mapping);

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
        var cursors = input.GetRowCursorSet(schema.Dependencies(active), n, rand);
        return [.. cursors.Select(cursor => new MappedRowCursor(schema, mapping, cursor, active))];
    }
}
