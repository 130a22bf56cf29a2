using Microsoft.ML;
using static GspMl.ML.Tests.SparseNmf.FactorisedParts;

namespace GspMl.ML.Tests.SparseNmf;

public class SparseNmfTransformerTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Top_features_are_the_largest_entries_by_name()
    {
        var model = ml.Transforms.SparseNmf(Options(4, 0.6)).Fit(ml.Vectors(Parts(80, 24, 4, seed: 2)));
        for (var k = 0; k < 4; k++)
        {
            var top = model.GetTopFeatures(k, 3);
            Assert.Equal(Enumerable.Range(0, 24).Max(j => model.Basis[j, k]), top[0].Weight);
            Assert.All(top, feature => Assert.Equal(($"slot{feature.Slot}", model.Basis[feature.Slot, k]), (feature.Name, feature.Weight)));
            Assert.Equal(top.OrderByDescending(feature => feature.Weight), top);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => model.GetTopFeatures(4));
    }

    [Fact]
    public void Encode_gives_what_the_pipeline_gives()
    {
        var rows = Parts(60, 24, 4, seed: 2);
        var model = ml.Transforms.SparseNmf(Options(4, 0.6)).Fit(ml.Vectors(rows));
        var expected = model.Transform(ml.Vectors(rows)).Floats("Parts");
        var (dense, sparse) = (new float[4], new float[4]);
        for (var i = 0; i < rows.Length; i++)
        {
            model.Encode(rows[i], dense);
            int[] slots = [.. Enumerable.Range(0, 24).Where(j => rows[i][j] != 0)];
            model.Encode(slots, [.. slots.Select(j => rows[i][j])], sparse);
            Assert.Equal(expected[i], dense);
            Assert.Equal(expected[i], sparse);
        }
        Assert.Throws<ArgumentException>(() => model.Encode(new float[23], dense));
    }
}
