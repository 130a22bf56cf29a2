using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Tests.Evaluation.Outputs;

public class CtcReadingTests
{
    [Fact]
    public void Repetitions_are_merged_and_blanks_left_out()
        => Assert.Equal([2, 2, 1], CtcReading.Of(Steps(3, 0, 2, 2, 0, 2, 1), Choice())[0]);

    [Fact]
    public void The_blank_may_be_another_symbol()
        => Assert.Equal([0, 0, 1], CtcReading.Of(Steps(3, 0, 2, 2, 0, 1, 1), Choice() with { Blank = 2 })[0]);

    [Fact]
    public void Symbols_may_come_before_steps()
    {
        // [symbols = 3, steps = 2]: symbol 1 wins at the first step, symbol 2 at the second.
        var output = new OutputTensor("y", new float[] { 0, 0, 1, 0, 0, 1 }, 6) { RowShape = [3, 2] };
        Assert.Equal([1, 2], CtcReading.Of(output, Choice() with { ClassAxis = 0 })[0]);
    }

    [Fact]
    public void Whole_numbers_are_read_as_they_are()
        => Assert.Equal([5, 5, 0], CtcReading.Of(new OutputTensor("ids", new float[] { 5, 5, 0 }, 3) { IsWhole = true },
            new(OutputTask.Sequence, ""))[0]);

    [Fact]
    public void A_symbol_that_wins_often_is_the_blank_if_it_is_the_first_or_the_last()
    {
        Assert.Equal(0, CtcReading.FindBlank(Steps(30, 0, 0, 5, 0, 7, 0), 1));
        Assert.Equal(29, CtcReading.FindBlank(Steps(30, 29, 5, 29, 7, 29), 1));
        Assert.Null(CtcReading.FindBlank(Steps(30, 3, 5, 3, 7, 3), 1));
        Assert.Null(CtcReading.FindBlank(Steps(5, 0, 0, 1, 2, 0), 1));
    }

    private static TaskChoice Choice() => new(OutputTask.Sequence, "") { ClassAxis = 1 };

    /// <summary>One row whose steps are won by these symbols.</summary>
    private static OutputTensor Steps(int symbols, params int[] winners)
        => new("y", winners.SelectMany(winner => Enumerable.Range(0, symbols).Select(symbol => symbol == winner ? 1f : 0f)).ToArray(),
            winners.Length * symbols)
        { RowShape = [winners.Length, symbols] };
}
