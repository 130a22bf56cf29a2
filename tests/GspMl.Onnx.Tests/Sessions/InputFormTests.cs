using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Sessions.StateModel;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Sessions;

public sealed class InputFormTests
{
    private static readonly EvaluationOptions Untimed = new() { LatencyRuns = 0, BatchSize = 3 };

    private static InputTensor K(params int[] shape) => InputTensor.Create("k", [2f], shape);

    private static float[] Run(OnnxModel model, params InputTensor[] inputs)
        => [.. ModelEvaluator.Evaluate(model, new(inputs), Untimed).Outputs[0].Values];

    private static string Refused(OnnxModel model, params InputTensor[] inputs)
        => Assert.Throws<OnnxModelException>(() => Run(model, inputs)).Message;

    private static string Told(OnnxModel model, params InputTensor[] inputs)
        => string.Join('\n', new EvaluationData(inputs).Explain(model));

    [Theory]
    [InlineData("n", "n")]
    [InlineData("n", "m")]
    [InlineData("", "")]
    [InlineData("batch", "")]
    public void Rows_of_a_state_lie_on_the_axis_that_the_model_leaves_open(string batch, string stateBatch)
    {
        using var model = Of(batch, stateBatch);

        Assert.Equal(Wanted(5, 2), Run(model, X(5), S(5), K()));
        Assert.Equal(Wanted(5, 2), Run(model, S(5), K(), X(5)));
        Assert.Equal(Wanted(2, 2), Run(model, S(2), K(), X(2))); // as many rows as the state has halves
        Assert.Contains("input 's' [2", Told(model, X(5), S(5), K()), StringComparison.Ordinal);
        Assert.Contains("its rows lie on axis 1", Told(model, X(5), S(5), K()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n", "n")]
    [InlineData("n", "m")]
    [InlineData("", "")]
    public void A_state_whose_rows_come_first_is_refused_with_both_shapes(string batch, string stateBatch)
    {
        using var model = Of(batch, stateBatch);
        var state = InputTensor.Create("s", new float[5 * 2 * Width], 5, 2, Width);

        foreach (var error in new[] { Refused(model, X(5), state, K()), Refused(model, state, X(5), K()) })
        {
            Assert.Contains($"input 's' takes [2,{(stateBatch.Length > 0 ? stateBatch : "?")},4]", error, StringComparison.Ordinal);
            Assert.Contains("the values have shape [5,2,4]", error, StringComparison.Ordinal);
            Assert.Contains("has 5 rows, which would lie on axis 1", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_state_of_fewer_rows_is_refused_though_its_shape_would_fit()
    {
        using var model = Of("n");
        using var unnamed = Of("");

        Assert.Contains("the values have shape [2,4,4]", Refused(model, X(5), S(4), K()), StringComparison.Ordinal);
        Assert.Contains("the values have shape [2,4,4]", Refused(unnamed, X(5), S(4), K()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_holds_for_every_row_with_an_axis_of_its_own_or_without()
    {
        using var model = Of("n");

        Assert.Equal(Wanted(4, 2), Run(model, X(4), S(4), K()));
        Assert.Equal(Wanted(4, 2), Run(model, X(4), S(4), K(1)));
        Assert.Equal(Wanted(4, 2), Run(model, X(4), S(4), InputTensor.Create("k", [2L]).AsConstant()));
        Assert.Contains("input 'k' []", Told(model, X(4), S(4), K(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_for_each_row_runs_the_rows_one_by_one()
    {
        using var model = Of("n");
        float[] want = [.. Wanted(4, 1).Select((value, i) => value * (1 + (i / Width)))];

        Assert.Equal(want, Run(model, X(4), S(4), InputTensor.Create("k", [1f, 2, 3, 4], 4)));
    }

    [Theory]
    [InlineData("n", "n")]
    [InlineData("n", "")]
    [InlineData("", "")]
    public void A_number_fills_a_constant_state(string batch, string stateBatch)
    {
        using var model = Of(batch, stateBatch);
        float[] want = [.. Counted(5 * Width).Select(value => 2 * (value + 6))];

        Assert.Equal(want, Run(model, X(5), InputTensor.Create("s", [3]).AsConstant(), K()));
        Assert.Contains("repeated along axis 1", Told(model, X(5), InputTensor.Create("s", [3]).AsConstant(), K()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_of_one_row_is_every_rows()
    {
        using var named = Of("n");
        using var unnamed = Of("");
        var one = InputTensor.Create("s", Counted(2 * Width), 2, 1, Width);
        float[] want = [.. Counted(5 * Width).Select((value, i) => 2 * (value + (2 * (i % Width)) + Width))];

        Assert.Equal(want, Run(named, X(5), one.AsConstant(), K()));
        Assert.Equal(want, Run(named, X(5), one, K()));
        Assert.Equal(want, Run(unnamed, X(5), one.AsConstant(), K()));
        Assert.Contains("rows run one by one", Told(unnamed, X(5), one.AsConstant(), K()), StringComparison.Ordinal);
        Assert.Equal(want, Run(unnamed, X(5), one.AsConstant().WithBatchAxis(1), K()));
        Assert.DoesNotContain("one by one", Told(unnamed, X(5), one.AsConstant().WithBatchAxis(1), K()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_may_be_a_whole_input()
    {
        using var model = Of("n");

        Assert.Equal(Wanted(4, 2), Run(model, X(4), WholeStates(4), K()));
        Assert.Contains("each of 4 rows is a whole input; they run one by one", Told(model, X(4), WholeStates(4), K()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_takes_one_row_runs_them_one_by_one()
    {
        using var model = Of(1);

        Assert.Equal(Wanted(5, 2), Run(model, X(5), S(5), K()));
        Assert.Equal(Wanted(5, 2), Run(model, X(5), WholeStates(5), K()));
        Assert.Equal(Wanted(5, 2), Run(model, InputTensor.Create("x", Counted(5 * Width), 5, 1, Width), S(5), K()));
    }

    [Fact]
    public void What_a_run_of_one_row_puts_out_is_that_rows_even_without_an_axis_for_it()
    {
        using var model = Load(new GraphBuilder().Input("x", 1, 4).Output("y", 2, 2)
            .Initializer(GraphBuilder.Integers("shape", 2, 2)).Node("Reshape", ["x", "shape"], ["y"]));

        var output = ModelEvaluator.Evaluate(model, new([InputTensor.Create("x", Counted(12), 3, 4)]), Untimed).Outputs[0];

        Assert.Equal(Counted(12), output.Values);
        Assert.Equal(4, output.RowLength);
    }

    [Fact]
    public void A_batch_axis_that_is_called_so_is_found_and_another_can_be_named()
    {
        // The sum over time: [time, rows, 2] to [rows, 2].
        static OnnxModel Sum(string time, string rows) => Load(new GraphBuilder().Input("x", time, rows, 2).Output("y", rows, 2)
            .Initializer(GraphBuilder.Integers("axis", 0)).Node("ReduceSum", ["x", "axis"], ["y"], GraphBuilder.Attribute("keepdims", 0)));
        var values = InputTensor.Create("x", Counted(3 * 5 * 2), 3, 5, 2);
        float[] want = [.. Enumerable.Range(0, 10).Select(i => 3f * (i + 10))];
        using var named = Sum("time", "batch_size");
        using var unnamed = Sum("", "");

        Assert.Equal(want, Run(named, values));
        Assert.Equal(want, Run(unnamed, values.WithBatchAxis(1)));
        Assert.Contains("there is no axis 3 for rows", Refused(unnamed, values.WithBatchAxis(3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_folded_into_the_models_shape_but_never_reordered()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 3, 4, 4).Output("y", "n", 3, 4, 4).Node("Relu", ["x"], ["y"]));

        Assert.Equal(Counted(96), Run(model, InputTensor.Create("x", Counted(96), 2, 48)));
        Assert.Contains("[2,4,4,3]", Refused(model, InputTensor.Create("x", Counted(96), 2, 4, 4, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_run_at_their_own_length()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", "t").Output("y", "n")
            .Node("ReduceMean", ["x"], ["y"], GraphBuilder.Attribute("axes", [1]), GraphBuilder.Attribute("keepdims", 0)));
        var padded = InputTensor.Create("x", new float[] { 1, 3, 9, 9, 5, 7, 9, 9, 2, 9, 9, 9, 1, 2, 3, 4 }, 4, 4);

        Assert.Equal([2, 6, 2, 2.5f], Run(model, padded.WithLengths([2, 2, 1, 4])));
        Assert.Contains("has 4 rows and 3 lengths", Refused(model, padded.WithLengths([2, 2, 1])), StringComparison.Ordinal);
        Assert.Contains("row 1: its length is 5", Refused(model, padded.WithLengths([2, 5, 1, 1])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_made_of_the_lengths_of_rows()
    {
        using var model = Load(new GraphBuilder().Input("ids", Elements.Int64, "n", "t").Input("attention_mask", Elements.Int64, "n", "t")
            .Output("y", Elements.Int64, "n").Initializer(GraphBuilder.Integers("axis", 1))
            .Node("Mul", ["ids", "attention_mask"], ["m"]).Node("ReduceSum", ["m", "axis"], ["y"], GraphBuilder.Attribute("keepdims", 0)));
        var ids = InputTensor.Create("ids", new long[] { 1, 3, 9, 5, 9, 9, 2, 3, 4 }, 3, 3);

        Assert.Equal([4, 5, 9], Run(model, ids.WithLengths([2, 1, 3])));
        Assert.Contains("made of the lengths", Told(model, ids.WithLengths([2, 1, 3])), StringComparison.Ordinal);
        Assert.Contains("input 'attention_mask' has no values", Refused(model, ids), StringComparison.Ordinal);
        Assert.Contains("has 3 rows and 2 lengths", Refused(model, ids.WithLengths([2, 1])), StringComparison.Ordinal);
        Assert.Contains("row 2: its length is 4", Refused(model, ids.WithLengths([2, 1, 4])), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_an_axis_is_called_batch_another_is_not_taken_for_rows()
    {
        using var model = Load(Added("batch", "time"));
        var long3 = InputTensor.Create("a", new float[12], 3, 4);
        Assert.Contains("'b' takes [batch,time], but the values have shape [2,4]; input 'a' has 3 rows",
            Refused(model, long3, InputTensor.Create("b", new float[8], 2, 4)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_fills_an_input_whose_open_extents_another_input_tells()
    {
        using var model = Load(Added("batch", "time"));
        var rows = InputTensor.Create("a", new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        Assert.Equal([3, 4, 5, 6, 7, 8], Run(model, rows, InputTensor.Create("b", new[] { 2f }).AsConstant()));
    }

    [Fact]
    public void A_number_that_is_not_called_constant_fills_no_larger_input()
    {
        using var model = Load(new GraphBuilder().Input("x", 1, 2, 3).Output("y", 1, 2, 3).Node("Relu", ["x"], ["y"]));
        var number = InputTensor.Create("x", new[] { 3f });
        Assert.Contains("takes [1,2,3], but the values have shape []", Refused(model, number), StringComparison.Ordinal);
        Assert.Equal([3, 3, 3, 3, 3, 3], Run(model, number.AsConstant()));
    }

    private static GraphBuilder Added(string rows, string columns)
        => new GraphBuilder().Input("a", rows, columns).Input("b", rows, columns).Output("y", rows, columns).Node("Add", ["a", "b"], ["y"]);

    [Fact]
    public void Numbers_that_the_models_type_has_not_are_refused()
    {
        using var model = Load(new GraphBuilder().Input("x", Elements.Uint8, "n", 2).Output("y", "n", 2)
            .Node("Cast", ["x"], ["y"], GraphBuilder.Attribute("to", (long)Elements.Float)));

        Assert.Equal([0, 255], Run(model, InputTensor.Create("x", new[] { 0f, 255 }, 1, 2)));
        Assert.Contains("'x' holds UInt8, which has no 0.5", Refused(model, InputTensor.Create("x", new[] { 0.5f, 1 }, 1, 2)),
            StringComparison.Ordinal);
        Assert.Contains("no 256", Refused(model, InputTensor.Create("x", new[] { 1L, 256 }, 1, 2)), StringComparison.Ordinal);
        Assert.Contains("no -1", Refused(model, InputTensor.Create("x", new sbyte[] { 1, -1 }, 1, 2)), StringComparison.Ordinal);
    }

    public static TheoryData<InputTensor> AllTypes => new(
        InputTensor.Create("x", new float[] { 0, 1, 2 }, 3), InputTensor.Create("x", new double[] { 0, 1, 2 }, 3),
        InputTensor.Create("x", new Half[] { (Half)0, (Half)1, (Half)2 }, 3), InputTensor.Create("x", new long[] { 0, 1, 2 }, 3),
        InputTensor.Create("x", new int[] { 0, 1, 2 }, 3), InputTensor.Create("x", new short[] { 0, 1, 2 }, 3),
        InputTensor.Create("x", new sbyte[] { 0, 1, 2 }, 3), InputTensor.Create("x", new ulong[] { 0, 1, 2 }, 3),
        InputTensor.Create("x", new uint[] { 0, 1, 2 }, 3), InputTensor.Create("x", new ushort[] { 0, 1, 2 }, 3),
        InputTensor.Create("x", new byte[] { 0, 1, 2 }, 3));

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void Values_of_every_type_become_what_the_model_takes(InputTensor values)
    {
        foreach (var type in new[]
        {
            Elements.Float, Elements.Double, Elements.Float16, Elements.Bfloat16, Elements.Int64, Elements.Int32, Elements.Int16,
            Elements.Int8, Elements.Uint64, Elements.Uint32, Elements.Uint16, Elements.Uint8,
        })
        {
            using var model = Load(new GraphBuilder().Input("x", type, "n").Output("y", "n")
                .Node("Cast", ["x"], ["y"], GraphBuilder.Attribute("to", (long)Elements.Float)));
            Assert.Equal([0, 1, 2], Run(model, values));
        }
        using var truth = Load(new GraphBuilder().Input("x", Elements.Bool, "n").Output("y", "n")
            .Node("Cast", ["x"], ["y"], GraphBuilder.Attribute("to", (long)Elements.Float)));
        Assert.Equal([0, 1, 1], Run(truth, values));
    }

    [Fact]
    public void Labels_count_the_rows_that_the_model_sees()
    {
        using var model = Of("n");
        var inputs = new[] { S(5), X(5), K() };

        Assert.Equal(5, ModelEvaluator.Evaluate(model, new(inputs, [0, 1, 2, 3, 0]), Untimed).Rows);
        var error = Assert.Throws<OnnxModelException>(() => ModelEvaluator.Evaluate(model, new(inputs, [0, 1]), Untimed));
        Assert.Contains("labels", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n", "n")]
    [InlineData("", "")]
    public void A_layer_is_calibrated_on_every_form_of_the_inputs(string batch, string stateBatch)
    {
        using var model = Of(batch, stateBatch);
        var zeros = SparsityTarget.Zeros(0.5);
        InputTensor[] states = [S(20), WholeStates(20), InputTensor.Create("s", [0]).AsConstant(),
            InputTensor.Create("s", new float[2 * Width], 2, 1, Width).AsConstant()];

        foreach (var state in states)
        {
            using var pruned = ModelPruner.Prune(model, PruningOptions.Accurate(zeros, new([X(20), state, K()]))).Model;
            Assert.Equal(12, ModelPruner.Measure(pruned)[0].ZeroCount);
        }
    }

    [Fact]
    public void Layers_are_calibrated_on_rows_of_their_own_lengths()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 1, 4, "width").Output("y", "n", 4)
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(36), 4, 1, 3, 3))
            .Initializer(GraphBuilder.Floats("v", GraphBuilder.Random(16), 4, 4)).Node("Conv", ["x", "w"], ["h"])
            .Node("Relu", ["h"], ["r"]).Node("GlobalAveragePool", ["r"], ["p"])
            .Node("Flatten", ["p"], ["f"]).Node("MatMul", ["f", "v"], ["y"]));
        var rows = InputTensor.Create("x", GraphBuilder.Random(20 * 4 * 8), 20, 1, 4, 8)
            .WithLengths([.. Enumerable.Range(0, 20).Select(row => 4 + (row / 3 % 5))]);

        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), new([rows])));

        using (pruned) Assert.Equal(26, report.ZeroCountAfter);
        Assert.All(report.Layers, layer => Assert.NotNull(layer.OutputError));
    }
}
