using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>
/// Data with columns added row by row when it is read: nothing is computed or kept before. One cursor that computes is read by several
/// threads at once, in the order of the rows, as those of ML.NET's own transformers are.
/// </summary>
internal sealed class MappedDataView : IDataView
{
    private readonly MappedSchema schema;
    private readonly MappedRows rows;
    private readonly Lazy<ColumnCopies> joining;

    public MappedDataView(IDataView input, RowMapping mapping)
    {
        schema = new(input.Schema, mapping);
        rows = new(input, schema, mapping);
        joining = new(() => ColumnCopies.Of(rows, [.. mapping.Outputs.Select(output => output.Name)]));
    }

    public DataViewSchema Schema => schema.Output;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = columnsNeeded.ToList();
        if (!active.Any(schema.IsAdded)) return rows.GetRowCursor(active, rand);
        return new JoinedRowCursor(schema, joining.Value, active, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        rows.GetRowCursorSet(columnsNeeded, n, rand);
}
