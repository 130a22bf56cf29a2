using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Schema;

/// <summary>
/// A column of the same slots as another, with its shape and what is still true of them: their names, that the values are of one scale (a
/// projection makes some 0 and hardly enlarges the rest), and which slots are a category, where their values are as they were.
/// </summary>
internal static class KeptSlots
{
    private const string Normalized = "IsNormalized", Categories = "CategoricalSlotRanges";

    /// <param name="name">The column's name.</param>
    /// <param name="source">The column that has the slots.</param>
    /// <param name="slotNames">The names of the slots, or none.</param>
    /// <param name="isUntouched">Whether the values of a slot pass through.</param>
    public static DataViewSchema.DetachedColumn Column(
        string name, DataViewSchema.Column source, IReadOnlyList<string> slotNames, Func<int, bool> isUntouched)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        SlotNames.Add(annotations, slotNames);
        if (source.IsNormalized()) AddNormalized(annotations);
        AddCategories(annotations, source, isUntouched);
        return new(name, SchemaShapes.SingleVector(source.Shape()), annotations.ToAnnotations());
    }

    /// <summary>What an estimator promises of such a column.</summary>
    public static DataViewSchema.DetachedColumn Promised(string name, SchemaShape.Column source)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (SlotNames.Promised(source)) SlotNames.Add(annotations, [""]);
        if (source.Annotations.Any(annotation => annotation.Name == Normalized)) AddNormalized(annotations);
        return new(name, new VectorDataViewType(NumberDataViewType.Single, 1), annotations.ToAnnotations());
    }

    private static void AddNormalized(DataViewSchema.Annotations.Builder annotations) =>
        annotations.Add(Normalized, BooleanDataViewType.Instance, (ref bool value) => value = true);

    /// <summary>Pairs of first and last slot of a category, each kept whole or not at all.</summary>
    private static void AddCategories(
        DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, Func<int, bool> isUntouched)
    {
        if (source.Annotations.Schema.GetColumnOrNull(Categories) is null) return;
        var ranges = default(VBuffer<int>);
        source.Annotations.GetValue(Categories, ref ranges);
        int[] kept =
        [
            .. ranges.DenseValues().Chunk(2)
                .Where(range => Enumerable.Range(range[0], range[1] - range[0] + 1).All(isUntouched))
                .SelectMany(range => range),
        ];
        if (kept.Length == 0) return;
        var type = new VectorDataViewType(NumberDataViewType.Int32, kept.Length / 2, 2);
        annotations.Add(Categories, type, (ref VBuffer<int> result) => result = new(kept.Length, kept));
    }
}
