using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Reconstruction;

/// <summary>
/// The samples (x, y) of a layer come from ONNX Runtime's own outputs y. If x was gathered rightly, the layer's weights
/// explain y without error, whatever the attributes of the node.
/// </summary>
public class LayerSamplesTests
{
    [Theory]
    [InlineData("plain", 1, new long[] { 9, 8 }, new long[] { 3, 3 })]
    [InlineData("pads", 1, new long[] { 9, 8 }, new long[] { 3, 3 }, new long[] { 1, 1, 1, 1 })]
    [InlineData("lopsided pads", 1, new long[] { 9, 8 }, new long[] { 3, 2 }, new long[] { 2, 0, 1, 1 })]
    [InlineData("strides", 1, new long[] { 9, 8 }, new long[] { 3, 3 }, new long[] { 1, 1, 1, 1 }, new long[] { 2, 3 })]
    [InlineData("dilations", 1, new long[] { 9, 8 }, new long[] { 3, 2 }, null, null, new long[] { 2, 3 })]
    [InlineData("groups", 2, new long[] { 9, 8 }, new long[] { 3, 3 }, new long[] { 1, 1, 1, 1 })]
    [InlineData("depthwise", 4, new long[] { 9, 8 }, new long[] { 3, 3 }, new long[] { 1, 1, 1, 1 }, new long[] { 2, 2 })]
    [InlineData("one axis", 1, new long[] { 17 }, new long[] { 4 }, new long[] { 2, 1 }, new long[] { 3 })]
    [InlineData("three axes", 2, new long[] { 5, 4, 6 }, new long[] { 2, 3, 2 }, new long[] { 0, 1, 1, 1, 1, 0 })]
    [InlineData("same upper", 1, new long[] { 9, 8 }, new long[] { 4, 3 }, null, new long[] { 2, 2 }, null, "SAME_UPPER")]
    [InlineData("same lower", 1, new long[] { 9, 8 }, new long[] { 4, 3 }, null, new long[] { 2, 3 }, null, "SAME_LOWER")]
    [InlineData("valid", 1, new long[] { 9, 8 }, new long[] { 3, 3 }, null, new long[] { 2, 1 }, null, "VALID")]
    public void A_convolution_is_explained_by_its_weights(
        string what, long groups, long[] extents, long[] kernel, long[]? pads = null, long[]? strides = null, long[]? dilations = null,
        string? autoPad = null)
    {
        var attributes =
            new List<AttributeProto> { GraphBuilder.Attribute("group", groups), GraphBuilder.Attribute("kernel_shape", kernel) };
        if (pads is not null) attributes.Add(GraphBuilder.Attribute("pads", pads));
        if (strides is not null) attributes.Add(GraphBuilder.Attribute("strides", strides));
        if (dilations is not null) attributes.Add(GraphBuilder.Attribute("dilations", dilations));
        if (autoPad is not null)
            attributes.Add(new()
            {
                Name = "auto_pad",
                S = Google.Protobuf.ByteString.CopyFromUtf8(autoPad),
                Type = AttributeProto.Types.AttributeType.String
            });
        long[] shape = [8, 4 / groups, .. kernel];
        var count = (int)shape.Aggregate(1L, (product, extent) => product * extent);
        var graph = new GraphBuilder().Input("x", ["n", 4, .. extents.Cast<object>()]).Output("y")
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(count), shape))
                .Initializer(GraphBuilder.Floats("b", GraphBuilder.Random(8, 5), 8))
            .Node("Conv", ["x", "w", "b"], ["y"], [.. attributes]);
        AssertExplained(what, graph, [4, .. extents]);
    }

    [Theory]
    [InlineData(0, 1f)]
    [InlineData(1, 1f)]
    [InlineData(0, 0.25f)]
    public void A_gemm_is_explained_by_its_weights(long transB, float alpha)
    {
        long[] shape = transB == 1 ? [5, 7] : [7, 5];
        var graph = new GraphBuilder().Input("x", "n", 7).Output("y")
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(35), shape))
                .Initializer(GraphBuilder.Floats("b", GraphBuilder.Random(5, 5), 5))
            .Node("Gemm", ["x", "w", "b"], ["y"], GraphBuilder.Attribute("transB", transB), GraphBuilder.Attribute("alpha", alpha));
        AssertExplained($"transB {transB}, alpha {alpha}", graph, [7]);
    }

    [Fact]
    public void A_transposed_left_operand_is_explained()
    {
        // The batch axis is the last one of the transposed operand: a Transpose before makes it so.
        var graph = new GraphBuilder().Input("x", "n", 7).Output("y")
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(35), 7, 5))
            .Node("Transpose", ["x"], ["t"], GraphBuilder.Attribute("perm", 1, 0))
            .Node("Gemm", ["t", "w"], ["y"], GraphBuilder.Attribute("transA", 1L));
        AssertExplained("transA", graph, [7]);
    }

    [Fact]
    public void A_matmul_over_positions_and_behind_a_transpose_is_explained()
    {
        var graph = new GraphBuilder().Input("x", "n", 3, 7).Output("z")
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(35), 5, 7))
                .Initializer(GraphBuilder.Floats("b", GraphBuilder.Random(5, 5), 5))
            .Node("Transpose", ["w"], ["v"]).Node("MatMul", ["x", "v"], ["y"]).Node("Add", ["y", "b"], ["z"]);
        AssertExplained("MatMul", graph, [3, 7]);
    }

    private static void AssertExplained(string what, GraphBuilder graph, long[] rowShape)
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(graph.Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        var (layer, reason) = LinearLayer.Of(working, model.Weights[0]);
        Assert.True(layer is not null, $"{what}: {reason}");
        int[] shape = [12, .. rowShape.Select(extent => (int)extent)];
        var data =
            new EvaluationData([InputTensor.Create("x", GraphBuilder.Random(shape.Aggregate(1, (product, extent) => product * extent), 9),
            shape)]);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, 5).All());
        stream.Advance([layer.Input, layer.Output], default);
        using var products = new MatrixProduct(1);
        // Two of the convolutions have 15 positions, and are explained under unequal weights too.
        double[] counts = [.. Enumerable.Range(0, 15).Select(position => (double)(position % 3))];
        var samples = new LayerSamples(layer, new(6, counts, 1), 12, products);
        for (var batch = 0; batch < stream.Batches; batch++)
            samples.Add(FloatTensor.Of(stream[batch, layer.Input]), FloatTensor.Of(stream[batch, layer.Output]));
        var weights = layer.ReadWeights();
        var problems = samples.Problems(centred: true).ToList();
        var all = Enumerable.Range(0, layer.Inputs).ToArray();
        for (var r = 0; r < layer.Filters; r++)
        {
            var problem = problems[r / layer.FiltersPerGroup];
            var filter = r % layer.FiltersPerGroup;
            Assert.True(problem.Energy[filter] > 1e-3, $"{what}: filter {r} puts out a constant");
            Assert.InRange(problem.Error(filter, all, weights.AsSpan(r * layer.Inputs, layer.Inputs)) / problem.Energy[filter], -1e-9,
                1e-9);
        }
    }
}
