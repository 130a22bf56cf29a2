using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Calibration;

/// <summary>
/// What follows the layer is linear here, so that the sensitivity of a filter is known: the squared norm of what its output is multiplied
/// by.
/// </summary>
public class OutputSensitivityTests
{
    private const int Rows = 400;

    [Fact]
    public void Of_a_dense_layer_it_is_the_squared_norm_of_what_follows()
    {
        var graph = new GraphBuilder().Input("x", "n", 3).Output("y", "n", 2)
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(9), 3, 3))
            .Initializer(GraphBuilder.Floats("b", [3, 4, 1, 0, 0, 2], 3, 2))
            .Node("MatMul", ["x", "a"], ["h"]).Node("MatMul", ["h", "b"], ["y"]);
        AssertRatios([25, 1, 4], Measure(graph, "a", [3])!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_a_convolution_it_is_found_channel_by_channel(long groups)
    {
        // A sum over channels and positions that counts the channels 4, 1, 2 and 1 times.
        var graph = new GraphBuilder().Input("x", "n", 2, 5, 5).Output("y", "n", 1)
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random((int)(8 / groups)), 4, 2 / groups, 1, 1))
            .Initializer(GraphBuilder.Floats("s", [4, 1, 2, 1], 1, 4, 1, 1)).Initializer(GraphBuilder.Integers("axes", 1, 2, 3))
            .Node("Conv", ["x", "a"], ["h"], GraphBuilder.Attribute("group", groups)).Node("Mul", ["h", "s"], ["i"])
            .Node("ReduceSum", ["i", "axes"], ["y"], GraphBuilder.Attribute("keepdims", 0));
        var found = Measure(graph, "a", [2, 5, 5])!;
        Assert.True(found[0] > 2 * found[2] && found[2] > 2 * Math.Max(found[1], found[3]), string.Join(' ', found));
    }

    [Fact]
    public void A_filter_that_nothing_reads_hardly_counts()
    {
        var graph = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 2)
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(8), 4, 2)).Initializer(GraphBuilder.Floats("b", [1, -1, 0, 0], 2, 2))
            .Node("MatMul", ["x", "a"], ["h"]).Node("Relu", ["h"], ["i"]).Node("MatMul", ["i", "b"], ["y"]);
        var found = Measure(graph, "a", [4])!;
        Assert.True(found[1] < 0.1 * found[0], string.Join(' ', found));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Positions_count_by_the_square_of_what_follows(bool isConvolution)
    {
        var graph = isConvolution
            ? new GraphBuilder().Input("x", "n", 4, 1, 3).Output("y", "n", 1)
                .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(12), 3, 4, 1, 1))
                .Initializer(GraphBuilder.Floats("s", [1, 3, 0], 1, 1, 1, 3)).Initializer(GraphBuilder.Integers("axes", 1, 2, 3))
                    .Node("Conv", ["x", "a"], ["h"])
            : new GraphBuilder().Input("x", "n", 3, 4).Output("y", "n", 1)
                .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(12), 4, 3))
                .Initializer(GraphBuilder.Floats("s", [1, 3, 0], 1, 3, 1)).Initializer(GraphBuilder.Integers("axes", 1, 2))
                    .Node("MatMul", ["x", "a"], ["h"]);
        graph = graph.Node("Mul", ["h", "s"], ["i"]).Node("ReduceSum", ["i", "axes"], ["y"], GraphBuilder.Attribute("keepdims", 0));
        var found = Sensitivity(graph, "a", isConvolution ? [4, 1, 3] : [3, 4])!.Positions;
        Assert.Equal(3, found.Sum(), 1e-9);
        Assert.InRange(found[1] / found[0], 6, 13);
        Assert.True(found[2] < 0.2 * found[0], string.Join(' ', found));
    }

    [Fact]
    public void A_layer_with_one_position_tells_none()
        => Assert.Empty(Sensitivity(
            new GraphBuilder().Input("x", "n", 3).Output("y", "n", 3).Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(9), 3, 3))
            .Initializer(GraphBuilder.Floats("b", GraphBuilder.Random(9), 3, 3))
                .Node("MatMul", ["x", "a"], ["h"]).Node("MatMul", ["h", "b"], ["y"]), "a", [3])!.Positions);

    [Fact]
    public void A_layer_whose_outputs_do_not_lie_row_by_row_is_left_out()
    {
        var graph = new GraphBuilder().Input("x", "n", 2, 3).Output("y", "n", 6)
            .Initializer(GraphBuilder.Integers("pairs", -1, 3)).Initializer(GraphBuilder.Integers("rows", -1, 6))
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(9), 3, 3))
            .Node("Reshape", ["x", "pairs"], ["r"]).Node("MatMul", ["r", "a"], ["h"]).Node("Reshape", ["h", "rows"], ["y"]);
        Assert.Null(Measure(graph, "a", [2, 3]));
    }

    private static void AssertRatios(double[] expected, double[] found)
    {
        for (var r = 0; r < expected.Length; r++) Assert.InRange(found[r] / expected[r], 0.8, 1.25);
    }

    private static double[]? Measure(GraphBuilder graph, string weight, int[] row)
        => Sensitivity(graph, weight, row) is { } found ? [.. found.Filters] : null;

    private static LayerSensitivity? Sensitivity(GraphBuilder graph, string weight, int[] row)
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(graph.Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        var data =
            new EvaluationData([InputTensor.Create("x",
            GraphBuilder.Random(Rows * row.Aggregate(1, (product, extent) => product * extent), 9), [Rows, .. row])]);
        var layer = LinearLayer.Of(working, model.Weights.Single(w => w.Name == weight)).Layer!;
        return new OutputSensitivity(working, CalibrationInputs.Create(model, data, 50), 1e4, null, default).Measure([layer])
            .GetValueOrDefault(layer.Weight);
    }
}
