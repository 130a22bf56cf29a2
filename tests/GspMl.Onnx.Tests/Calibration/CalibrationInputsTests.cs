using Google.Protobuf;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Calibration;

public class CalibrationInputsTests
{
    /// <summary>Rows are called by their numbers, in their only feature.</summary>
    [Fact]
    public void What_is_fitted_to_is_not_what_is_held_back_whatever_the_number_of_rows()
    {
        for (var rows = 5; rows <= 140; rows++)
        {
            var inputs = Create(rows, batchSize: 16);
            var (fit, heldBack) = (Rows(inputs.Fit()), Rows(inputs.HeldBack()));

            Assert.Empty(fit.Intersect(heldBack));
            Assert.Equal(Enumerable.Range(0, rows).Select(row => (float)row), fit.Concat(heldBack).Order());
            Assert.InRange(heldBack.Count, 1, (rows / 5) + 16);
        }
    }

    [Fact]
    public void Fewer_than_five_rows_are_all_fitted_to()
        => Assert.Equal([0, 1, 2, 3], Rows(Create(4, batchSize: 16).Fit()).Order());

    private static CalibrationInputs Create(int rows, int batchSize)
    {
        var graph = new GraphBuilder().Input("x", "n", 1).Output("y", "n", 1).Initializer(GraphBuilder.Floats("w", [1], 1, 1))
            .Node("MatMul", ["x", "w"], ["y"]);
        var model = OnnxModel.Load(graph.Model.ToByteArray(), "model");
        float[] numbers = [.. Enumerable.Range(0, rows).Select(row => (float)row)];
        return CalibrationInputs.Create(model, new([InputTensor.Create("x", numbers, rows, 1)]), batchSize);
    }

    private static List<float> Rows(IEnumerable<CalibrationBatch> batches) => [.. batches.SelectMany(batch =>
    {
        var values = batch.Create();
        var rows = FloatTensor.Of(values["x"]).Values.ToArray();
        foreach (var value in values.Values) value.Dispose();
        return rows;
    })];
}
