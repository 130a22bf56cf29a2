using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>Adds the columns to one row at a time.</summary>
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
