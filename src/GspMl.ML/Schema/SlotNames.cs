using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Schema;

/// <summary>The names of a vector column's slots, kept by ML.NET in the annotation <c>SlotNames</c>.</summary>
internal static class SlotNames
{
    private const string Kind = "SlotNames";

    /// <summary>Whether a column is promised to have names.</summary>
    public static bool Promised(SchemaShape.Column column) => column.Annotations.Any(annotation => annotation.Name == Kind);

    /// <summary>The names, or an empty list where the column has none.</summary>
    public static IReadOnlyList<string> Read(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames()) return [];
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>Annotations with these names, or none for an empty list.</summary>
    private static DataViewSchema.Annotations? Annotate(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return null;
        var values = names.Select(name => name.AsMemory()).ToArray();
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, values.Length), (ref VBuffer<ReadOnlyMemory<char>> names) =>
        {
            var editor = VBufferEditor.Create(ref names, values.Length);
            values.CopyTo(editor.Values);
            names = editor.Commit();
        });
        return builder.ToAnnotations();
    }

    /// <summary>A vector column of <see cref="float"/> with these slot names, or with none.</summary>
    public static DataViewSchema.DetachedColumn SingleVector(string column, int size, IReadOnlyList<string> names) =>
        new(column, new VectorDataViewType(NumberDataViewType.Single, size), Annotate(names));

    /// <summary>What an estimator promises of such a column: neither its size nor the names are known yet.</summary>
    public static DataViewSchema.DetachedColumn PromisedVector(string column, bool named) => SingleVector(column, 1, named ? [""] : []);
}
