using GspMl.ML.Schema;
using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>
/// Data under a transformer of ML.NET that adds columns and computes nothing: copies, which are passed through. Asked for one of them, it
/// splits a single cursor into several, and joins several into one that reads them with a thread each.
/// </summary>
/// <param name="Data">The data with the copies behind all other columns.</param>
/// <param name="Copies">The copies.</param>
internal sealed record ColumnCopies(IDataView Data, IReadOnlyList<DataViewSchema.Column> Copies)
{
    /// <summary>Data with copies of these columns.</summary>
    public static ColumnCopies Of(IDataView data, IReadOnlyList<string> columns)
    {
        var names = FreeNames.Beside(data.Schema.Select(column => column.Name), "copy", columns.Count);
        var ml = new MLContext();
        var copied = data;
        foreach (var (name, column) in names.Zip(columns)) copied = ml.Transforms.CopyColumns(name, column).Fit(copied).Transform(copied);
        return new(copied, [.. names.Select(name => copied.Schema[name])]);
    }
}
