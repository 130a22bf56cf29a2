using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>What is wrong with a question for a column of a row.</summary>
internal static class ColumnErrors
{
    public static InvalidOperationException NotActive(DataViewSchema.Column column) =>
        new($"Column '{column.Name}' is not active in this row.");

    public static InvalidOperationException Type<TValue>(DataViewSchema.Column column) =>
        new($"Invalid TValue in GetGetter: '{typeof(TValue)}' for column '{column.Name}' of type {column.Type}.");
}
