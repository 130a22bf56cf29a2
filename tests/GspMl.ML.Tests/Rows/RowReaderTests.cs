using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using static GspMl.ML.Tests.Rows.RaggedRows;

namespace GspMl.ML.Tests.Rows;

/// <summary>
/// A row that is too short, too long or null is refused wherever rows come in: none may show, or learn from, what the row before left.
/// </summary>
public class RowReaderTests
{
    private const int Bad = 3;
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, string> Transforms() => Cases(Vectors.Keys);

    /// <summary>What an object of a class can hold: a whole array, or none.</summary>
    public static TheoryData<string, string> Arrays() => Cases(Vectors.Keys.Where(row => Vectors[row].IsDense));

    public static TheoryData<string, string, bool> Fits()
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (var component in new[] { "projection", "factorisation" })
        {
            foreach (var row in Vectors.Keys)
            {
                cases.Add(component, row, false);
                cases.Add(component, row, true);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void A_cursor_refuses_the_row(string component, string row)
    {
        foreach (var sparse in new[] { false, true })
        {
            var transformed = Model(component).Transform(Data(ml, sparse, Bad, Vectors[row]));
            var column = transformed.Schema[Output(component)];
            using var cursor = transformed.GetRowCursor([column]);
            IsNamed(Assert.Throws<InvalidOperationException>(() => ReadAll(cursor, column)), Bad, Vectors[row].Length);
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void A_cursor_of_a_set_refuses_the_row(string component, string row)
    {
        var transformed = Model(component).Transform(Data(ml, at: Bad, other: Vectors[row]));
        var column = transformed.Schema[Output(component)];
        var cursors = transformed.GetRowCursorSet([column], 2);
        try
        {
            var errors = cursors.Select(cursor => Record.Exception(() => ReadAll(cursor, column))).OfType<Exception>().ToList();
            IsNamed(Assert.IsType<InvalidOperationException>(Assert.Single(errors)), Bad, Vectors[row].Length);
        }
        finally
        {
            foreach (var cursor in cursors) cursor.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void A_row_mapper_refuses_the_row(string component, string row)
    {
        var data = Data(ml, at: Bad, other: Vectors[row]);
        var mapper = Model(component).GetRowToRowMapper(data.Schema);
        var column = mapper.OutputSchema[Output(component)];
        using var cursor = data.GetRowCursor(mapper.GetDependencies([column]));
        using var mapped = mapper.GetRow(cursor, [column]);
        var getter = mapped.GetGetter<VBuffer<float>>(column);
        var values = default(VBuffer<float>);
        for (var i = 0; i < Bad; i++)
        {
            Assert.True(cursor.MoveNext());
            getter(ref values);
        }
        Assert.True(cursor.MoveNext());
        IsNamed(Assert.Throws<InvalidOperationException>(() => getter(ref values)), Bad, Vectors[row].Length);
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public void A_prediction_engine_refuses_the_row_and_goes_on_with_the_next(string component, string row)
    {
        var engine = ml.Model.CreatePredictionEngine<Row, Projected>(Rename(component));
        var expected = engine.Predict(new() { Features = [111, 222, 333, 444] }).Features;
        var other = row == "null" ? null : Vectors[row].GetValues().ToArray();
        IsNamed(Assert.Throws<InvalidOperationException>(() => engine.Predict(new() { Features = other })), 1, Vectors[row].Length);
        Assert.Equal(expected, engine.Predict(new() { Features = [111, 222, 333, 444] }).Features);
    }

    [Theory]
    [MemberData(nameof(Fits))]
    public void A_fit_refuses_the_row_in_memory_as_it_does_streamed(string component, string row, bool sparse)
    {
        var data = Data(ml, sparse, 25, Vectors[row]);
        foreach (var values in new[] { 1 << 20, 10 * Slots })
        {
            IEstimator<ITransformer> estimator = component == "projection"
                ? ml.Transforms.GspProjection(new GspProjectionEstimator.Options { MaxValuesInMemory = values })
                : ml.Transforms.SparseNmf(new SparseNmfEstimator.Options { Rank = 2, MaxValuesInMemory = values });
            IsNamed(Assert.Throws<InvalidOperationException>(() => estimator.Fit(data)), 25, Vectors[row].Length);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_column_of_a_row_s_group_is_looked_at(int bad)
    {
        var whole = new Pair { A = [1, 2, 3], B = [4, 5] };
        var other = bad == 1 ? new Pair { A = [1, 2], B = [4, 5] } : new Pair { A = [1, 2, 3], B = [4, 5, 6] };
        var model = ml.Transforms.RowGroupProjection([new("A"), new("Other", "B")], sparsity: 0.7)
            .Fit(ml.Data.LoadFromEnumerable([whole]));
        var error = Assert.Throws<InvalidOperationException>(
            () => model.Transform(ml.Data.LoadFromEnumerable([whole, other])).Floats("Other"));
        var (column, length, size) = bad == 1 ? ('A', 2, 3) : ('B', 3, 2);
        Assert.Contains($"Column '{column}', row 1: the row has {length} values, but the column is a vector of {size}", error.Message);
    }

    [Theory]
    [InlineData(new[] { 2, 7 }, "slot 7 after slot 2")]
    [InlineData(new[] { 3, 3 }, "slot 3 after slot 3")]
    [InlineData(new[] { 3, 1 }, "slot 1 after slot 3")]
    [InlineData(new[] { -1, 1 }, "it has slot -1")]
    public void Slots_out_of_order_are_refused(int[] slots, string reason)
    {
        var data = Data(ml, at: Bad, other: new(Slots, 2, [1, 1], slots));
        foreach (var component in Components.Keys)
        {
            var error = Assert.Throws<InvalidOperationException>(() => Model(component).Transform(data).Floats(Output(component)));
            Assert.Contains($"Column 'Features', row {Bad}:", error.Message);
            Assert.Contains(reason, error.Message);
        }
        foreach (var component in new[] { "projection", "factorisation" })
            Assert.Contains(reason, Assert.Throws<InvalidOperationException>(() => Components[component](ml).Fit(data)).Message);
    }

    private static TheoryData<string, string> Cases(IEnumerable<string> rows)
    {
        var cases = new TheoryData<string, string>();
        foreach (var row in rows)
        {
            foreach (var component in Components.Keys) cases.Add(component, row);
        }
        return cases;
    }

    private static void ReadAll(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        var values = default(VBuffer<float>);
        while (cursor.MoveNext()) getter(ref values);
    }

    private ITransformer Model(string component) => Components[component](ml).Fit(Data(ml));

    /// <summary>The component with its output under the name of the prediction's property.</summary>
    private TransformerChain<ColumnCopyingTransformer> Rename(string component) =>
        Components[component](ml).Append(ml.Transforms.CopyColumns("Features", Output(component))).Fit(Data(ml));

    private sealed class Pair
    {
        [VectorType(3)] public float[] A { get; set; } = [];

        [VectorType(2)] public float[] B { get; set; } = [];
    }
}
