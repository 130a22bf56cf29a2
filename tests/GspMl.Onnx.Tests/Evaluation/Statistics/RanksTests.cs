using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx.Tests.Evaluation.Statistics;

public class RanksTests
{
    [Fact]
    public void Equal_numbers_share_the_mean_of_their_ranks() => Assert.Equal([4, 1.5, 3, 1.5], Ranks.Of([9, 2, 5, 2]));

    [Fact]
    public void A_number_that_counts_twice_is_as_good_as_two()
        => Assert.Equal(Ranks.Correlation([1, 2, 2, 5], [3, 1, 1, 4], [1, 1, 1, 1]), Ranks.Correlation([1, 2, 5], [3, 1, 4], [1, 2, 1]),
            1e-12);

    // 1 − 6·Σd²/(n(n² − 1)) with d = 1, −1, 0, 1, −1.
    [Fact]
    public void Of_ranks_it_is_Spearmans()
        => Assert.Equal(1 - (6 * 4 / 120.0), Ranks.Correlation([1, 2, 3, 4, 5], [2, 1, 3, 5, 4], [1, 1, 1, 1, 1]), 1e-12);
}
