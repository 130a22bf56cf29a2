using Microsoft.ML;

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
        if (!IsActive(column)) throw ColumnErrors.NotActive(column);
        if (!schema.IsAdded(column.Index, out var index)) return input.GetGetter<TValue>(schema.Source(column.Index));
        getters ??= mapping.CreateGetters(input);
        return getters[index] as ValueGetter<TValue> ?? throw ColumnErrors.Type<TValue>(column);
    }
}
