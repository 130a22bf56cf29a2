using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Schema;

/// <summary>The names of a vector column's slots, kept by ML.NET in the annotation <c>SlotNames</c>.</summary>
internal static class SlotNames
{
    private const string Kind = "SlotNames";

    /// <summary>The names, or an empty list where the column has none.</summary>
    public static IReadOnlyList<string> Read(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames()) return [];
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>Annotations with these names, or none for an empty list.</summary>
    public static DataViewSchema.Annotations? Annotate(IReadOnlyList<string> names)
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

    /// <summary>An estimator's promise that the column will have slot names; how many is not known yet.</summary>
    public static DataViewSchema.Annotations Promise() => Annotate([""])!;
}
