using GspMl.Onnx;

namespace GspMl.Training.Tests;

/// <summary>Rows that are left out of what comes before a tuning, so that they can judge.</summary>
public sealed class RowsToFitTests
{
    [Fact]
    public void They_are_all_but_those_that_the_tuning_holds_back()
    {
        using var model = Digits.Model("lenet300");
        var all = Digits.Few(25);
        var fitted = ModelTuner.RowsToFit(model, all, 0.1);
        Assert.Equal(23, fitted.Rows);
        var (values, kept, length) = (Numbers(all), Numbers(fitted), 28 * 28);
        int[] rows = [.. Enumerable.Range(0, 25).Where(row => row is not (9 or 19))];
        for (var i = 0; i < rows.Length; i++)
            Assert.Equal(values[(rows[i] * length)..((rows[i] + 1) * length)], kept[(i * length)..((i + 1) * length)]);
    }

    [Fact]
    public void They_are_the_data_itself_where_none_is_held_back()
    {
        using var model = Digits.Model("lenet300");
        var all = Digits.Few(25);
        Assert.Same(all, ModelTuner.RowsToFit(model, all, 0));
    }

    [Fact]
    public void Rows_along_another_axis_and_inputs_that_hold_for_all_are_seen_as_the_model_sees_them()
    {
        var graph = new GspMl.Onnx.Tests.Building.GraphBuilder().Input("x", 3, "rows").Input("c", 3, 1).Output("y", 3, "rows")
            .Node("Add", ["x", "c"], ["y"]);
        using var model = OnnxModel.Load(Google.Protobuf.MessageExtensions.ToByteArray(graph.Model));
        float[] values = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        var data = new EvaluationData([InputTensor.Create("x", values, 3, 4).WithBatchAxis(1),
            InputTensor.Create("c", [1f, 2, 3], 3, 1).AsConstant()]);
        var fitted = ModelTuner.RowsToFit(model, data, 0.5);
        Assert.Equal([3, 2], fitted.Inputs[0].Shape);
        Assert.Equal([0, 2, 4, 6, 8, 10], (float[])fitted.Inputs[0].Values);
        Assert.Equal([1, 2, 3], (float[])fitted.Inputs[1].Values);
    }

    private static float[] Numbers(EvaluationData data) => (float[])data.Inputs[0].Values;
}
