using Microsoft.ML;
using Microsoft.ML.Data;
using static GspMl.ML.Tests.Rows.RaggedRows;

namespace GspMl.ML.Tests.Rows;

/// <summary>Trainers and evaluators read by several threads; ours are read as ML.NET's own transformers are.</summary>
public class ParallelCursorTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly float[][] rows = GeneratedData.Matrix(1000, Slots, 5, r => 0.1f + (float)r.NextDouble());

    public static TheoryData<string> All() => [.. Components.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void One_cursor_is_split_into_as_many_as_ML_NET_makes_of_it(string component)
    {
        var data = ml.Vectors(rows);
        var own = ml.Transforms.ProjectToPrincipalComponents("Out", "Features", rank: 2).Fit(data).Transform(data);
        var ours = Components[component](ml).Fit(data).Transform(data);
        foreach (var count in new[] { 1, 2, 4, 7 })
            Assert.Equal(Count(own, "Out", count), Count(ours, Output(component), count));
        Assert.Equal(Count(own, "Number", 4), Count(ours, "Number", 4)); // nothing is computed: nothing to share
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rows_come_in_their_order_with_the_values_of_one_thread(string component)
    {
        var data = ml.Vectors(rows);
        var model = Components[component](ml).Fit(data);
        var transformed = model.Transform(data);
        var output = transformed.Schema[Output(component)];
        var mapper = model.GetRowToRowMapper(data.Schema);
        using var cursor = transformed.GetRowCursor([output, transformed.Schema["Number"]]);
        using var source = data.GetRowCursor(data.Schema);
        using var row = mapper.GetRow(source, [mapper.OutputSchema[output.Index]]);
        var (actual, expected) = (cursor.GetGetter<VBuffer<float>>(output), row.GetGetter<VBuffer<float>>(output));
        var number = cursor.GetGetter<float>(transformed.Schema["Number"]);
        var (a, e, n) = (default(VBuffer<float>), default(VBuffer<float>), 0f);
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.True(cursor.MoveNext() && source.MoveNext());
            actual(ref a);
            expected(ref e);
            number(ref n);
            Assert.Equal((i, i), ((int)n, (int)cursor.Position));
            Assert.Equal(e.DenseValues(), a.DenseValues());
        }
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_cursor_can_be_left_before_its_end()
    {
        var transformed = Components["factorisation"](ml).Fit(ml.Vectors(rows)).Transform(ml.Vectors(rows));
        for (var i = 0; i < 20; i++)
        {
            using var cursor = transformed.GetRowCursor([transformed.Schema["Out"]]);
            Assert.True(cursor.MoveNext());
        }
    }

    [Fact]
    public void A_column_that_is_not_asked_for_is_refused_by_name()
    {
        var transformed = Components["projection"](ml).Fit(ml.Vectors(rows)).Transform(ml.Vectors(rows));
        using var cursor = transformed.GetRowCursor([transformed.Schema["Out"]]);
        Assert.False(cursor.IsColumnActive(transformed.Schema["Number"]));
        var error = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(transformed.Schema["Number"]));
        Assert.Contains("'Number'", error.Message);
    }

    [Fact]
    public void Two_columns_of_a_group_come_together()
    {
        var data = ml.Data.LoadFromEnumerable(rows.Select(row => new Pair { A = row[..2], B = row }).ToList());
        var transformed = ml.Transforms.RowGroupProjection([new("A"), new("Sparse", "B")], sparsity: 0.5).Fit(data).Transform(data);
        var (both, apart) = (transformed.Schema["Sparse"], transformed.Schema["A"]);
        using var cursor = transformed.GetRowCursor([both, apart]);
        var (first, second) = (cursor.GetGetter<VBuffer<float>>(apart), cursor.GetGetter<VBuffer<float>>(both));
        var (a, b) = (default(VBuffer<float>), default(VBuffer<float>));
        var (oneA, oneB) = (transformed.Floats("A"), transformed.Floats("Sparse"));
        for (var i = 0; cursor.MoveNext(); i++)
        {
            second(ref b);
            first(ref a);
            Assert.Equal(oneA[i], a.DenseValues());
            Assert.Equal(oneB[i], b.DenseValues());
        }
    }

    /// <summary>A row keeps its number however it comes: shuffled, split, or from behind others.</summary>
    [Fact]
    public void A_bad_row_has_the_number_that_it_has_in_its_source()
    {
        var model = Components["factorisation"](ml).Fit(Data(ml));
        var data = Data(ml, at: 30, other: Vectors["short"]);
        foreach (var view in new[] { data, ml.Data.ShuffleRows(data, seed: 3), ml.Data.SkipRows(data, 20) })
        {
            var error = Assert.Throws<InvalidOperationException>(() => model.Transform(view).Floats("Out"));
            IsNamed(error, 30, 2);
        }
    }

    private static int Count(IDataView data, string column, int wanted)
    {
        var cursors = data.GetRowCursorSet([data.Schema[column]], wanted);
        foreach (var cursor in cursors) cursor.Dispose();
        return cursors.Length;
    }

    private sealed class Pair
    {
        [VectorType(2)] public float[] A { get; set; } = [];

        [VectorType(Slots)] public float[] B { get; set; } = [];
    }
}
