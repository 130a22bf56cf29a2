using GspMl.Onnx.Evaluation.Outputs;
using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Tests.Evaluation.Outputs;

public class TaskFinderTests
{
    private const int Rows = 40;

    [Fact]
    public void Scores_with_one_clear_winner_are_classes()
        => Assert.Equal(OutputTask.Classes, Of(Output("y", [10], (row, at) => (at == row % 10 ? 9 : 0) + Noise(row, at))));

    [Fact]
    public void A_hundred_values_without_a_winner_are_an_embedding()
    {
        Assert.Equal(OutputTask.Embedding, Of(Output("y", [96], Noise)));
        Assert.Equal(OutputTask.Embedding, Of(Output("y", [1, 1, 96], Noise)));
    }

    [Fact]
    public void A_value_that_is_always_the_largest_is_no_class()
    {
        Assert.Equal(OutputTask.Embedding, Of(Output("y", [64], (row, at) => (at == 7 ? 50 : 0) + Noise(row, at))));
        Assert.Equal(OutputTask.Regression, Of(Output("y", [10], (row, at) => (at == 7 ? 50 : 0) + Noise(row, at))));
    }

    [Fact]
    public void Features_behind_a_relu_are_an_embedding_though_one_stands_out()
        => Assert.Equal(OutputTask.Embedding, Of(Output("y", [32], (row, at) => at == row % 32 ? 9 : Math.Max(0, Noise(row, at)))));

    [Fact]
    public void Vectors_of_length_1_are_an_embedding()
        => Assert.Equal(OutputTask.Embedding, Of(Output("y", [4], (row, at) => at == row % 4 ? -1 : 0)));

    [Fact]
    public void Probabilities_that_add_up_to_1_are_classes_whatever_the_name()
        => Assert.Equal(OutputTask.Classes, Of(Output("features", [3], (row, at) => at == row % 3 ? 0.5f : 0.25f)));

    [Fact]
    public void A_name_decides_between_scores_and_features()
    {
        Assert.Equal(OutputTask.Classes, Of(Output("logits", [600], Noise)));
        Assert.Equal(OutputTask.Embedding, Of(Output("sentence_embedding", [10], (row, at) => (at == row % 10 ? 9 : 0) + Noise(row, at))));
    }

    [Fact]
    public void A_thousand_values_are_those_of_ImageNet_unless_they_are_features()
    {
        Assert.Equal(OutputTask.Classes, Of(Output("y", [1000], Noise)));
        Assert.Equal(OutputTask.Embedding, Of(Output("y", [1000], (row, at) => Math.Max(0, Noise(row, at)))));
    }

    [Fact]
    public void Two_scores_are_classes_where_they_go_against_each_other()
    {
        Assert.Equal(OutputTask.Classes, Of(Output("y", [2], (row, at) => at == 0 ? Noise(row, 0) : -Noise(row, 0))));
        Assert.Equal(OutputTask.Regression, Of(Output("y", [2], Noise)));
    }

    [Fact]
    public void One_value_is_a_class_out_of_a_sigmoid_alone()
    {
        var output = Output("y", [1], (row, at) => Math.Abs(Noise(row, at)) / 10);
        var sigmoid = TaskFinder.Find(output, OutputEnding.Probability);
        Assert.Equal((OutputTask.Classes, 0.5), (sigmoid.Task, sigmoid.Threshold));
        Assert.Equal(OutputTask.Regression, Of(output));
    }

    /// <summary>A model that fails on a row is no regression for that.</summary>
    [Fact]
    public void A_probability_that_is_no_number_in_some_row_stays_a_probability()
    {
        var output = Output("y", [1], (row, at) => row == 3 ? float.NaN : Math.Abs(Noise(row, at)) / 10);
        Assert.Equal(OutputTask.Classes, TaskFinder.Find(output, OutputEnding.Probability).Task);
    }

    [Fact]
    public void Whole_numbers_are_classes_sequences_or_maps_by_their_axes()
    {
        Assert.Equal(OutputTask.Classes, Of(Output("label", [1], (row, _) => row % 3) with { IsWhole = true }));
        Assert.Equal(OutputTask.Sequence, Of(Output("ids", [7], (row, at) => row + at) with { IsWhole = true }));
        Assert.Equal(OutputTask.Map, Of(Output("mask", [4, 4], (row, _) => row % 3) with { IsWhole = true }));
    }

    [Fact]
    public void Pictures_spectrograms_and_vectors_at_each_step_are_maps()
    {
        Assert.Equal(OutputTask.Map, Of(Output("y", [3, 8, 8], Noise)));
        Assert.Equal(OutputTask.Map, Of(Output("y", [1, 20, 32], (row, at) => at % 32 == 0 ? 50 : Noise(row, at))));
        Assert.Equal(OutputTask.Map, Of(Output("last_hidden_state", [6, 16], Noise)));
    }

    [Fact]
    public void A_map_of_probabilities_is_one_of_yes_and_no()
    {
        var map = TaskFinder.Find(Output("y", [1, 8, 8], (row, at) => Math.Abs(Noise(row, at)) / 10), OutputEnding.Probability);
        Assert.Equal((OutputTask.Map, 0.5), (map.Task, map.Threshold));
    }

    [Fact]
    public void Classes_that_compete_at_each_pixel_make_a_map_of_classes()
    {
        var map = TaskFinder.Find(Output("y", [2, 4, 4], (_, at) => at < 16 ? 0.25f : 0.75f), OutputEnding.Distribution);
        Assert.Equal((OutputTask.Map, 0), (map.Task, map.ClassAxis));
    }

    [Fact]
    public void Symbols_with_blanks_between_them_are_a_sequence()
    {
        var text = TaskFinder.Find(Output("y", [8, 40], (row, at) => at % 40 == (at / 40 % 2 == 0 ? 0 : row % 40) ? 0.61f : 0.01f), null);
        Assert.Equal((OutputTask.Sequence, 1, 0), (text.Task, text.ClassAxis, text.Blank));
    }

    [Fact]
    public void What_has_no_rows_is_compared_by_its_values()
        => Assert.Equal(OutputTask.Regression, Of(new OutputTensor("y", new float[5], 0)));

    [Fact]
    public void Thousands_of_boxes_with_scores_are_boxes()
        => Assert.Equal(OutputTask.Boxes, Of(Output("output0", [6, 200], (row, at) => at < 800 ? 20 + Math.Abs(Noise(row, at)) : 0.1f)));

    private static OutputTask Of(OutputTensor output) => TaskFinder.Find(output, ending: null).Task;

    private static OutputTensor Output(string name, int[] shape, Func<int, int, float> value)
    {
        var length = shape.Aggregate(1, (product, extent) => product * extent);
        var values = Enumerable.Range(0, Rows * length).Select(i => value(i / length, i % length)).ToArray();
        return new(name, values, length) { RowShape = shape };
    }

    /// <summary>Reproducible values of both signs, roughly normal.</summary>
    private static float Noise(int row, int at)
    {
        var random = new Random((row * 10_007) + at);
        return (float)(Enumerable.Range(0, 6).Sum(_ => random.NextDouble()) - 3);
    }
}
