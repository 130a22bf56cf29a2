using Microsoft.ML;
using Microsoft.ML.Data;

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

/// <summary>The same for one row at a time.</summary>
internal sealed class RowToRowMapper(DataViewSchema input, RowMapping mapping) : IRowToRowMapper
{
    private readonly MappedSchema schema = new(input, mapping);

    public DataViewSchema InputSchema => schema.Input;

    public DataViewSchema OutputSchema => schema.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        schema.Dependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ReferenceEquals(input.Schema, InputSchema))
            throw new ArgumentException("The row's schema is not the one that the mapper was made for.", nameof(input));
        return new MappedRow(schema, mapping, input, activeColumns);
    }
}
