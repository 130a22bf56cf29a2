namespace GspMl.Onnx.Tests.Evaluation.Measures;

public class EmbeddingSimilarityTests
{
    private static readonly OutputTensor Dense = new("y", new float[] { 1, 0, 0, 1, 1, 1 }, 2);
    private static readonly OutputTensor Pruned = new("y", new float[] { 1, 0, 1, 1, 0, 1 }, 2);

    // Row by row the cosines are 1, 1/√2 and 1/√2. The pairs' similarities are 0, 1/√2, 1/√2 and 1/√2, 0, 1/√2; their ranks 1, 2½, 2½ and
    // 2½, 1, 2½ have the correlation −0.75 / 1.5.
    [Fact]
    public void Cosines_and_the_ranks_of_pairs_are_as_by_hand()
    {
        var similarity = EmbeddingSimilarity.Of(Dense, Pruned);

        Assert.Equal((1 + Math.Sqrt(2)) / 3, similarity.Cosine.Value, 1e-12);
        Assert.Equal((1 / Math.Sqrt(2), 1), (Math.Round(similarity.Worst, 15), similarity.WorstRow), (a, b)
            => Math.Abs(a.Item1 - b.Item1) < 1e-12 && a.Item2 == b.Item2);
        Assert.Equal(-0.5, similarity.RankCorrelation!.Value.Value, 1e-12);
        Assert.Equal((3, 3), (similarity.Rows, similarity.RankedRows));
    }

    [Fact]
    public void A_model_is_like_itself_and_like_its_double()
    {
        var doubled = Dense with { Values = [.. Dense.Values.Select(value => 2 * value)] };
        foreach (var other in new[] { Dense, doubled })
        {
            var similarity = EmbeddingSimilarity.Of(Dense, other);
            Assert.Equal(1, similarity.Cosine.Value, 1e-12);
            Assert.Equal(1, similarity.RankCorrelation!.Value.Value, 1e-12);
        }
    }

    [Fact]
    public void A_vector_that_is_gone_is_like_none()
    {
        var similarity = EmbeddingSimilarity.Of(Dense, new("y", new float[] { 1, 0, 0, 0, 1, 1 }, 2));

        Assert.Equal((0, 1), (similarity.Worst, similarity.WorstRow));
        Assert.Equal(2 / 3.0, similarity.Cosine.Value, 1e-12);
    }

    [Fact]
    public void The_worst_row_is_one_that_is_no_number()
    {
        var similarity = EmbeddingSimilarity.Of(Dense, new("y", new float[] { 1, 0, 0, float.NaN, 1, 1 }, 2));

        Assert.Equal((double.NaN, 1), (similarity.Worst, similarity.WorstRow));
    }

    [Fact]
    public void Two_rows_have_no_ranks() => Assert.Null(EmbeddingSimilarity.Of(new("y", new float[] { 1, 2, 3, 4 }, 2),
        new("y", new float[] { 1, 2, 3, 4 }, 2)).RankCorrelation);
}
