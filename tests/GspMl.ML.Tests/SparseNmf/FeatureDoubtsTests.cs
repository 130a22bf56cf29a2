using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.ML.Tests.SparseNmf;

public class FeatureDoubtsTests
{
    [Fact]
    public void A_factorisation_that_explains_much_of_most_rows_raises_none() => Assert.Empty(Doubts(0.9, [1, 0, 1]));

    [Fact]
    public void One_that_explains_hardly_anything_is_told_with_the_share()
    {
        var doubt = Assert.Single(Doubts(0.98, [1, 1, 1]));
        Assert.Contains("explain 4.0", doubt);
        Assert.Contains("NormalizeMinMax", doubt);
    }

    [Fact]
    public void Rows_without_any_component_are_counted() => Assert.Contains("2 of 3 rows", Assert.Single(Doubts(0.5, [0, 0, 1])));

    [Theory]
    [InlineData("Char.a|b|c", "Char.<␠>|t|h", "Word.the", true)] // the entries are 1, 2, 3: 5 of 14 squares
    [InlineData("Char.a|b|c", "Word.of", "Word.the", false)]
    [InlineData("Word.the", "Word.of", "Char.", false)]
    public void Letters_are_told_from_words_by_the_names_that_ML_NET_gives(string first, string second, string third, bool doubted) =>
        Assert.Equal(doubted ? 1 : 0, Doubts(0.5, [1, 1, 1], [first, second, third]).Count);

    private static List<string> Doubts(double relativeError, float[] coefficients, string[]? names = null)
    {
        var basis = new DenseMatrix<float>(3, 1, [1, 2, 3]);
        var result = new NmfResult<float>
        {
            Basis = basis,
            Coefficients = new(coefficients.Length, 1, coefficients),
            RelativeError = relativeError,
        };
        return [.. FeatureDoubts.Of(result, new(SparseNmfModel.Of("Out", "Features", names ?? [], result)))];
    }
}
