using System.Reflection;
using GspMl.ML.Tests.Rows;
using Microsoft.ML;

namespace GspMl.ML.Tests.Fitted;

public class FittedComponentTests
{
    private readonly MLContext ml = new(seed: 1);

    /// <summary>A class that can be seen and not derived from is sealed, so that its documentation says so.</summary>
    [Fact]
    public void Every_public_class_is_one_that_can_be_derived_from_or_sealed()
    {
        const BindingFlags constructors = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var closed = typeof(SparseNmfEstimator).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsSealed: false })
            .Where(type => !type.GetConstructors(constructors).Any(c => c.IsPublic || c.IsFamily || c.IsFamilyOrAssembly));
        Assert.Empty(closed);
    }

    [Fact]
    public void The_components_of_a_chain_are_found_by_what_they_can_do()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var chain = ml.Transforms.NormalizeMinMax("Scaled", "Features")
            .Append(ml.Transforms.SparseNmf("Parts", "Scaled", rank: 4))
            .Append(ml.Transforms.GspProjection("Sparse", "Parts"))
            .Append(ml.Transforms.RowGroupProjection("Rows", "Parts", [2, 2]))
            .Fit(data);
        Type[] expected = [typeof(SparseNmfTransformer), typeof(GspProjectionTransformer), typeof(RowGroupProjectionTransformer)];
        Assert.Equal(expected, chain.OfType<IOnnxExportable>().Select(part => part.GetType()));
    }

    [Fact]
    public void A_file_gets_what_a_stream_gets_and_a_refused_export_leaves_it_as_it_was()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var file = Path.GetTempFileName();
        try
        {
            var model = ml.Transforms.GspProjection("Sparse", "Features").Fit(data);
            using var stream = new MemoryStream();
            model.ExportToOnnx(stream);
            model.ExportToOnnx(file);
            Assert.Equal(stream.ToArray(), File.ReadAllBytes(file));
            Assert.Throws<InvalidOperationException>(() => ml.Transforms.GspProjection("Features").Fit(data).ExportToOnnx(file));
            Assert.Equal(stream.ToArray(), File.ReadAllBytes(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_must_not_be_null_is_named()
    {
        foreach (var estimator in RaggedRows.Components.Values.Select(make => make(ml)))
        {
            Assert.Throws<ArgumentNullException>("input", () => estimator.Fit(null!));
            Assert.Throws<ArgumentNullException>("inputSchema", () => estimator.GetOutputSchema(null!));
        }
        foreach (var fitted in RaggedRows.Components.Values.Select(make => make(ml).Fit(RaggedRows.Data(ml))))
        {
            var model = Assert.IsAssignableFrom<IOnnxExportable>(fitted);
            Assert.Throws<ArgumentNullException>("input", () => model.Transform(null!));
            Assert.Throws<ArgumentNullException>(() => model.GetOutputSchema(null!));
            Assert.Throws<ArgumentNullException>(() => model.GetRowToRowMapper(null!));
            Assert.Throws<ArgumentNullException>("stream", () => model.ExportToOnnx((Stream)null!));
            Assert.Throws<ArgumentNullException>("path", () => model.ExportToOnnx((string)null!));
        }
    }
}
