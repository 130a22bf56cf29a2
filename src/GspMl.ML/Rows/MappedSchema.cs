using Microsoft.ML;

namespace GspMl.ML.Rows;

/// <summary>
/// The schema after columns were added to another one, and where each of its columns comes from. As in ML.NET's own row-to-row transformers
/// a column that reuses a name stands right after the one that it hides; the others follow at the end.
/// </summary>
internal sealed class MappedSchema
{
    /// <summary>For each column: its index in the input, or −1 − its index among the added ones.</summary>
    private readonly int[] origins;
    private readonly RowMapping mapping;

    public MappedSchema(DataViewSchema input, RowMapping mapping)
    {
        this.mapping = mapping;
        Input = input;
        var order = Order(input, mapping.Outputs);
        var builder = new DataViewSchema.Builder();
        foreach (var origin in order)
        {
            if (origin >= 0) builder.AddColumns([input[origin]]);
            else builder.AddColumns([mapping.Outputs[-1 - origin]]);
        }
        origins = [.. order];
        Output = builder.ToSchema();
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    /// <summary>True, with the column's index among the added ones, for a column that is computed.</summary>
    public bool IsAdded(int column, out int index)
    {
        index = -1 - origins[column];
        return origins[column] < 0;
    }

    public bool IsAdded(DataViewSchema.Column column) => IsAdded(column.Index, out _);

    /// <summary>The input's column that a column which is not computed passes through.</summary>
    public DataViewSchema.Column Source(int column) => Input[origins[column]];

    /// <summary>The columns of the input that must be read for these columns of the output.</summary>
    public IReadOnlyList<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> columns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in columns)
        {
            if (!IsAdded(column.Index, out _)) needed.Add(origins[column.Index]);
            else needed.UnionWith(mapping.Inputs.Select(input => input.Index));
        }
        return [.. needed.Select(index => Input[index])];
    }

    private static List<int> Order(DataViewSchema input, IReadOnlyList<DataViewSchema.DetachedColumn> added)
    {
        var order = Enumerable.Range(0, input.Count).ToList();
        for (var i = 0; i < added.Count; i++)
        {
            var hidden = input.GetColumnOrNull(added[i].Name);
            var place = hidden is { } column ? order.IndexOf(column.Index) + 1 : order.Count;
            order.Insert(place, -1 - i);
        }
        return order;
    }
}
