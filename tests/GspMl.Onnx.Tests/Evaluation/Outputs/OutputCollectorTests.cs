using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Tests.Evaluation.Outputs;

public class OutputCollectorTests
{
    [Fact]
    public void A_state_whose_rows_are_on_the_second_axis_is_put_row_by_row()
    {
        var collector = new OutputCollector("h", []);
        // [layers = 2, rows = 3, units = 2], and a last batch of which one row only fills it up.
        collector.Add([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2], 3, 3, whole: false);
        collector.Add([21, 22, 23, 24, 0, 0, 25, 26, 27, 28, 0, 0], [2, 3, 2], 3, 2, whole: false);

        var output = collector.Result();

        Assert.Equal([2, 2], output.RowShape);
        Assert.Equal([1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 11, 12, 21, 22, 25, 26, 23, 24, 27, 28], output.Values);
    }

    [Fact]
    public void The_first_axis_holds_the_rows_where_several_are_as_long()
    {
        var collector = new OutputCollector("y", []);
        collector.Add([1, 2, 3, 4], [2, 2], 2, 2, whole: false);

        Assert.Equal((2, 2), (collector.Result().RowLength, collector.Result().Rows));
        Assert.Equal([1, 2, 3, 4], collector.Result().Values);
    }

    [Fact]
    public void An_axis_whose_length_the_model_leaves_open_holds_them_where_another_is_as_long()
    {
        var collector = new OutputCollector("h", [2, -1, 1]);
        collector.Add([1, 2, 3, 4], [2, 2, 1], 2, 2, whole: false);

        Assert.Equal([1, 3, 2, 4], collector.Result().Values);
    }

    [Fact]
    public void Batches_of_other_shapes_have_no_rows()
    {
        var collector = new OutputCollector("boxes", []);
        collector.Add([1, 2, 3], [1, 3], 1, 1, whole: false);
        collector.Add([4, 5], [1, 2], 1, 1, whole: false);

        var output = collector.Result();

        Assert.Equal(0, output.RowLength);
        Assert.Equal([1, 2, 3, 4, 5], output.Values);
    }
}
