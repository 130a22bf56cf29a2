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

    /// <summary>Adds the names, or nothing for an empty list.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        var values = names.Select(name => name.AsMemory()).ToArray();
        var type = new VectorDataViewType(TextDataViewType.Instance, values.Length);
        annotations.Add(Kind, type, (ref VBuffer<ReadOnlyMemory<char>> result) =>
        {
            var editor = VBufferEditor.Create(ref result, values.Length);
            values.CopyTo(editor.Values);
            result = editor.Commit();
        });
    }

    /// <summary>A vector column of <see cref="float"/> with these slot names, or with none.</summary>
    public static DataViewSchema.DetachedColumn SingleVector(string column, int size, IReadOnlyList<string> names)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        Add(annotations, names);
        return new(column, new VectorDataViewType(NumberDataViewType.Single, size), annotations.ToAnnotations());
    }

    /// <summary>What an estimator promises of such a column: neither its size nor the names are known yet.</summary>
    public static DataViewSchema.DetachedColumn PromisedVector(string column, bool named) => SingleVector(column, 1, named ? [""] : []);
}
