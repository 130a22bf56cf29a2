using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Tests.Calibration;

public class InputVariationTests
{
    [Fact]
    public void An_image_is_moved_by_at_most_one_pixel()
    {
        var values = GraphBuilder.Random(40 * 2 * 5 * 6);
        var varied = Vary(values, 40, 2, 5, 6);
        var possible = Enumerable.Range(0, 9).Select(i => (Down: (i / 3) - 1, Across: (i % 3) - 1)).ToList();
        var moves = Enumerable.Range(0, 40).Select(row => possible.Single(move => IsMoved(row, move.Down, move.Across))).ToList();
        Assert.True(moves.Distinct().Count() > 5, string.Join(' ', moves));

        bool IsMoved(int row, int down, int across) => Enumerable.Range(0, 60).All(i =>
            varied[At(row, i / 30, i / 6 % 5, i % 6)] ==
                values[At(row, i / 30, Math.Clamp((i / 6 % 5) + down, 0, 4), Math.Clamp((i % 6) + across, 0, 5))]);
        static int At(int row, int plane, int y, int x) => (((((row * 2) + plane) * 5) + y) * 6) + x;
    }

    [Fact]
    public void Rows_without_spatial_axes_are_mixed_and_stay_nearer_to_themselves()
    {
        var values = GraphBuilder.Random(30 * 8);
        var varied = Vary(values, 30, 8);
        for (var row = 0; row < 30; row++)
            Assert.Contains(Enumerable.Range(0, 30), other =>
            {
                var parts = Enumerable.Range(0, 8)
                    .Select(i
                    => (varied[(row * 8) + i] - values[(row * 8) + i]) / (double)(values[(other * 8) + i] - values[(row * 8) + i]))
                    .ToList();
                return other == row ? values.AsSpan(row * 8, 8)
                    .SequenceEqual(varied.AsSpan(row * 8, 8)) : parts.Max() - parts.Min() < 1e-3 && parts.Min() > -1e-3
                    && parts.Max() < 0.601;
            });
    }

    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 24)]
    public void Only_floating_point_inputs_are_varied(bool isFloat, int rows)
    {
        using var folder = new TemporaryFolder();
        var type = isFloat ? Proto.TensorProto.Types.DataType.Float : Proto.TensorProto.Types.DataType.Int64;
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", type, "n", 3).Output("y", "n", 3)
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(9), 3, 3)).Node("Cast", ["x"], ["f"], GraphBuilder.Attribute("to", 1))
                .Node("MatMul", ["f", "w"], ["y"]).Save(folder["model.onnx"]));
        var data = new EvaluationData([InputTensor.Create("x", Enumerable.Range(0, 36).Select(i => (float)i).ToArray(), [12, 3])]);
        var inputs = CalibrationInputs.Create(model, data, new ReconstructionOptions { VariedCopies = 1, BatchSize = 5 });
        Assert.Equal(rows, inputs.VariedRows);
        using var stream = new ActivationStream(new WorkingModel(model), inputs.Varied());
        // Batches of two: of four batches of three none would be the fifth, which is held back.
        Assert.Equal(rows / 2, stream.Batches);
    }

    /// <summary>A model that takes one row at a time leaves no other row in the batch to mix with.</summary>
    [Fact]
    public void A_single_row_is_mixed_with_one_of_another_batch()
    {
        var batch = new Dictionary<string, OrtValue> { ["x"] = Tensor([1, 2, 3], 1, 3) };
        new InputVariation(1).Vary(batch, ["x"], _ => new() { ["x"] = Tensor([11, 12, 13], 1, 3) });
        using var varied = batch["x"];
        var values = FloatTensor.Of(varied).Values;
        Assert.InRange(values[0], 1.1f, 7.01f);
        Assert.All(values, (value, i) => Assert.Equal(values[0] + i, value, 1e-5));
    }

    [Fact]
    public void Rows_of_another_length_are_not_mixed_in()
    {
        var batch = new Dictionary<string, OrtValue> { ["x"] = Tensor([1, 2, 3], 1, 3) };
        new InputVariation(1).Vary(batch, ["x"], _ => new() { ["x"] = Tensor([11, 12], 1, 2) });
        using var varied = batch["x"];
        Assert.Equal([1, 2, 3], FloatTensor.Of(varied).Values);
    }

    private static float[] Vary(float[] values, params int[] shape)
    {
        var batch = new Dictionary<string, OrtValue> { ["x"] = Tensor(values, shape) };
        new InputVariation(1).Vary(batch, ["x"], _ => new() { ["x"] = Tensor(values, shape) });
        using var varied = batch["x"];
        return FloatTensor.Of(varied).Values;
    }

    private static OrtValue Tensor(float[] values, params int[] shape)
        => TensorConversion.ToOrtValue((float[])values.Clone(), 0, values.Length, shape,
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float);
}
