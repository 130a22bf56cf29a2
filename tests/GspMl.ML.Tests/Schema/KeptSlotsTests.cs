using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.Schema;

/// <summary>What a column says of its slots stays said where it is still true.</summary>
public class KeptSlotsTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly float[][] rows = GeneratedData.Matrix(30, 16, 1, r => (float)r.NextDouble());

    public static TheoryData<string> Projections() => ["fitted", "by row", "fitted in place", "by row in place"];

    [Theory]
    [MemberData(nameof(Projections))]
    public void A_matrix_stays_one_when_projected_saved_loaded_and_restored(string component)
    {
        var data = ml.Data.LoadFromEnumerable(rows.Select(row => new Picture { Features = row }));
        var output = component.EndsWith("in place", StringComparison.Ordinal) ? "Features" : "Out";
        var model = Projection(component, output).Fit(data);
        var expected = new VectorDataViewType(NumberDataViewType.Single, 4, 4);
        Assert.Equal(expected, model.GetOutputSchema(data.Schema)[output].Type);
        Assert.Equal(expected, ComponentChecks.SavedAndLoaded(model, data, [output], 1e-4).GetOutputSchema(data.Schema)[output].Type);
    }

    [Theory]
    [MemberData(nameof(Projections))]
    public void Values_of_one_scale_are_still_said_to_be(string component)
    {
        var data = ml.Transforms.NormalizeMinMax("Features").Fit(ml.Vectors(rows)).Transform(ml.Vectors(rows));
        var output = component.EndsWith("in place", StringComparison.Ordinal) ? "Features" : "Out";
        ComponentChecks.Check(Projection(component, output), data, [output]);
        Assert.True(Projection(component, output).Fit(data).Transform(data).Schema[output].IsNormalized());
        var other = Projection(component, output).Fit(ml.Vectors(rows)).Transform(ml.Vectors(rows));
        Assert.False(other.Schema[output].IsNormalized());
    }

    [Fact]
    public void Coefficients_are_not_of_one_scale_whatever_the_features_are()
    {
        var data = ml.Transforms.NormalizeMinMax("Features").Fit(ml.Vectors(rows)).Transform(ml.Vectors(rows));
        Assert.False(ml.Transforms.SparseNmf("Out", "Features", 3).Fit(data).Transform(data).Schema["Out"].IsNormalized());
    }

    [Fact]
    public void A_category_is_said_to_be_one_where_no_value_of_it_changes()
    {
        // Slots 0 to 1 and 2 to 4 are categories; the slots of the first alone are vectors of their own, which pass through.
        var schema = SchemaDefinition.Create(typeof(Row));
        var type = new VectorDataViewType(NumberDataViewType.Int32, 2, 2);
        schema[nameof(Row.Features)].AddAnnotation("CategoricalSlotRanges", new VBuffer<int>(4, [0, 1, 2, 4]), type);
        var data = ml.Data.LoadFromEnumerable(rows.Select(row => new Row { Features = row[..8] }), schema);
        var projected = ml.Transforms.RowGroupProjection("Out", "Features", [1, 1, 6]).Fit(data).Transform(data);
        var ranges = default(VBuffer<int>);
        projected.Schema["Out"].Annotations.GetValue("CategoricalSlotRanges", ref ranges);
        Assert.Equal([0, 1], ranges.DenseValues());
        var all = ml.Transforms.GspProjection("Out", "Features").Fit(data).Transform(data);
        Assert.Null(all.Schema["Out"].Annotations.Schema.GetColumnOrNull("CategoricalSlotRanges"));
    }

    private IEstimator<ITransformer> Projection(string component, string output) =>
        component.StartsWith("fitted", StringComparison.Ordinal)
            ? ml.Transforms.GspProjection(output, "Features", sparsity: 0.6)
            : ml.Transforms.RowGroupProjection(output, "Features", [4, 4, 4, 4], sparsity: 0.6);

    private sealed class Picture
    {
        [VectorType(4, 4)] public float[] Features { get; set; } = [];
    }

    private sealed class Row
    {
        [VectorType(8)] public float[] Features { get; set; } = [];
    }
}
