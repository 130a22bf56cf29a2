using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>The columns of one row: those of the input passed through, and those that the mapping adds.</summary>
internal sealed class MappedColumns(MappedSchema schema, RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> active)
{
    private readonly HashSet<int> activeColumns = [.. active.Select(column => column.Index)];

    /// <summary>Made when first asked for: rows often have only passed-through columns active.</summary>
    private Delegate[]? getters;

    public bool IsActive(DataViewSchema.Column column) => activeColumns.Contains(column.Index);

    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column)) throw new InvalidOperationException($"Column '{column.Name}' is not active in this row.");
        if (!schema.IsAdded(column.Index, out var index)) return input.GetGetter<TValue>(schema.Source(column.Index));
        getters ??= mapping.CreateGetters(input);
        return getters[index] as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}' for column '{column.Name}' of type {column.Type}.");
    }
}

/// <summary>A single row with the columns added, as PredictionEngine uses it.</summary>
internal sealed class MappedRow(MappedSchema schema, RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> active) : DataViewRow
{
    private readonly MappedColumns columns = new(schema, mapping, input, active);

    public override DataViewSchema Schema => schema.Output;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => columns.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A cursor that adds the columns to each row of another cursor, lazily.</summary>
internal sealed class MappedRowCursor(MappedSchema schema, RowMapping mapping, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> active)
    : DataViewRowCursor
{
    private readonly MappedColumns columns = new(schema, mapping, input, active);

    public override DataViewSchema Schema => schema.Output;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => columns.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}
