using GspMl.Onnx.Evaluation.Measures;

namespace GspMl.Onnx.Tests.Evaluation.Measures;

public class SequenceAgreementTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("saturday", "sunday", 3)]
    [InlineData("same", "same", 0)]
    [InlineData("ab", "ba", 2)]
    public void The_edit_distance_is_the_known_one(string from, string to, int distance)
        => Assert.Equal(distance, EditDistance.Between([.. from.Select(c => (int)c)], [.. to.Select(c => (int)c)]));

    [Fact]
    public void Readings_are_compared_row_by_row_and_symbol_by_symbol()
    {
        // The baseline reads 1 2 1, 2 and nothing; the candidate 1 2, 2 and nothing.
        var agreement = SequenceAgreement.Of(Steps([1, 2, 0, 1], [2, 2, 2, 2], [0, 0, 0, 0]),
            Steps([1, 2, 0, 0], [2, 2, 2, 0], [0, 0, 0, 0]),
            new(OutputTask.Sequence, "") { ClassAxis = 1 });

        Assert.Equal((3, 2, 1, 4), (agreement.Rows, agreement.Same, agreement.EmptyRows, agreement.Symbols));
        Assert.Equal(2 / 3.0, agreement.SameReading.Value, 1e-12);
        Assert.Equal(Interval.OfFraction(2, 3), agreement.SameReading.Interval);
        Assert.Equal(0.25, agreement.EditRate.Value);
        Assert.Equal((0, 1), (agreement.WorstRow, agreement.WorstEdits));
    }

    [Fact]
    public void Rows_with_NaN_are_not_read_alike()
    {
        var baseline = Steps([1, 2, 0, 1], [2, 2, 2, 2]);
        float[] values = [.. baseline.Array];
        values[13] = float.NaN;
        var broken = new OutputTensor("y", values, 12) { RowShape = [4, 3] };
        var agreement = SequenceAgreement.Of(broken, broken, new(OutputTask.Sequence, "") { ClassAxis = 1 });
        Assert.Equal((2, 1, 1), (agreement.Rows, agreement.Same, agreement.WithoutReading));
    }

    private static OutputTensor Steps(params int[][] rows)
        => new("y", rows.SelectMany(winners
            => winners.SelectMany(winner => Enumerable.Range(0, 3).Select(symbol => symbol == winner ? 1f : 0f)))
            .ToArray(), 12)
        { RowShape = [4, 3] };
}
