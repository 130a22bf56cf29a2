using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Parallelization(Mode = ParallelMode.None)] // the tests that count temporary files must be alone with them

namespace GspMl.ML.Tests;

/// <summary>What every component must hold to: the checks that ML.NET's own tests run on each of its estimators.</summary>
internal static class ComponentChecks
{
    public static void Check(
        IEstimator<ITransformer> estimator, IDataView data, string[] outputs, IDataView[]? invalid = null, double tolerance = 1e-4)
    {
        var transformer = estimator.Fit(data);
        var transformed = transformer.Transform(data);
        PromiseIsKept(estimator.GetOutputSchema(SchemaShapes.Of(data.Schema)), transformed.Schema);
        SchemasAreEqual(transformer.GetOutputSchema(data.Schema), transformed.Schema);
        SchemasAreEqual(transformer.GetRowToRowMapper(data.Schema).OutputSchema, transformed.Schema);
        Assert.True(transformer.IsRowToRowMapper);
        foreach (var output in outputs) CursorsAgree(transformed, output);
        foreach (var other in invalid ?? []) IsRefused(estimator, transformer, other);
        SavedAndLoaded(transformer, data, outputs, tolerance);
    }

    /// <summary>Saves, loads in a new context, and compares types, slot names and values.</summary>
    public static ITransformer SavedAndLoaded(ITransformer transformer, IDataView data, string[] outputs, double tolerance)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        var (before, after) = (transformer.Transform(data), loaded.Transform(data));
        Assert.Equal(VisibleNames(before.Schema), VisibleNames(after.Schema));
        foreach (var output in outputs)
        {
            Assert.Equal(before.Schema[output].Type, after.Schema[output].Type);
            Assert.Equal(SlotNames.Read(before.Schema[output]), SlotNames.Read(after.Schema[output]));
            ValuesAreClose(before.Floats(output), after.Floats(output), tolerance);
        }
        return loaded;
    }

    /// <summary>Each row's greatest difference is small beside the row's greatest value.</summary>
    public static void ValuesAreClose(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, actual[i].Length);
            var scale = expected[i].Max(MathF.Abs);
            var difference = expected[i].Zip(actual[i]).Max(pair => Math.Abs((double)pair.First - pair.Second));
            Assert.True(difference <= tolerance * scale, $"Row {i} differs by {difference}, its greatest value is {scale}.");
        }
    }

    private static IEnumerable<string> VisibleNames(DataViewSchema schema) =>
        schema.Where(column => !column.IsHidden).Select(column => column.Name).Order();

    private static void PromiseIsKept(SchemaShape promise, DataViewSchema schema)
    {
        var kept = SchemaShapes.Of(schema).ToDictionary(column => column.Name);
        Assert.Equal(promise.Select(c => c.Name).Order(), kept.Keys.Order());
        foreach (var column in promise)
        {
            var actual = kept[column.Name];
            Assert.Equal((column.Kind, column.ItemType, column.IsKey), (actual.Kind, actual.ItemType, actual.IsKey));
            Assert.Equal(column.Annotations.Select(a => a.Name).Order(), actual.Annotations.Select(a => a.Name).Order());
        }
    }

    private static void SchemasAreEqual(DataViewSchema expected, DataViewSchema actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (e, a) in expected.Zip(actual))
            Assert.Equal(
                (e.Name, e.IsHidden, e.Type, e.Annotations.Schema.Count), (a.Name, a.IsHidden, a.Type, a.Annotations.Schema.Count));
    }

    /// <summary>One cursor, a set of cursors and a shuffled cursor give the same rows, told apart by their identity.</summary>
    private static void CursorsAgree(IDataView data, string output)
    {
        var column = data.Schema[output];
        var plain = Rows([data.GetRowCursor([column])], column);
        Assert.Equal(plain, Rows(data.GetRowCursorSet([column], 3), column));
        if (data.CanShuffle) Assert.Equal(plain, Rows([data.GetRowCursor([column], new Random(7))], column));
    }

    private static SortedDictionary<string, string> Rows(DataViewRowCursor[] cursors, DataViewSchema.Column column)
    {
        var rows = new SortedDictionary<string, string>();
        foreach (var cursor in cursors)
        {
            using var open = cursor;
            var (getId, getValues) = (cursor.GetIdGetter(), cursor.GetGetter<VBuffer<float>>(column));
            var (id, values) = (default(DataViewRowId), default(VBuffer<float>));
            while (cursor.MoveNext())
            {
                getId(ref id);
                getValues(ref values);
                rows.Add(id.ToString(), string.Join(' ', values.DenseValues()));
            }
        }
        return rows;
    }

    private static void IsRefused(IEstimator<ITransformer> estimator, ITransformer transformer, IDataView data)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapes.Of(data.Schema)));
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(data));
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(data.Schema));
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetRowToRowMapper(data.Schema));
    }
}
