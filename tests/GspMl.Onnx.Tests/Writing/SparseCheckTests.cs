using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Wire;
using GspMl.Onnx.Writing;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>What is written sparse is compared with the dense model: each of these files is wrong in one place.</summary>
public sealed class SparseCheckTests : IDisposable
{
    private const int Rows = 40;
    private const int Columns = 50;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sparse_form_that_says_the_same_passes() => Verify(new Net(), new Net());

    [Fact]
    public void A_sparse_tensor_of_another_value_is_named()
        => AssertRefused("out was not written: ONNX Runtime reads the sparse tensor 'w' differently.", new(), new() { Weight = 2 });

    /// <summary>Only one of two, whichever comes first.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void Every_sparse_tensor_is_looked_at(float first, float second)
    {
        var (dense, sparse) = (new Net { Second = 1 }, new Net { Weight = first, Second = second });
        AssertRefused($"ONNX Runtime reads the sparse tensor '{(first == 1 ? "w2" : "w")}' differently.", dense, sparse);
    }

    /// <summary>A scale shows only where the made-up row is not zero.</summary>
    [Fact]
    public void A_model_that_computes_otherwise_is_refused_and_the_difference_told()
    {
        AssertRefused("out was not written: its sparse form computes other values (difference 0.5).", new(), new() { Bias = 0.5f });
        AssertRefused("(difference 0.25)", new() { Bias = 1 }, new() { Bias = 1.25f });
        AssertRefused("its sparse form computes other values", new(), new() { Scale = 2 });
    }

    [Theory]
    [InlineData(0.5f, 0.25f)]
    [InlineData(0.25f, 0.5f)]
    [InlineData(0f, 0.5f)]
    [InlineData(-0.5f, 0f)]
    public void The_largest_difference_of_all_outputs_is_told(float first, float second)
        => AssertRefused("(difference 0.5)", new() { SecondBias = 0 }, new() { Bias = first, SecondBias = second });

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_has_to_be_so_in_both(float value)
    {
        Verify(new() { Bias = value }, new() { Bias = value });
        AssertRefused("computes other values", new() { Bias = value }, new());
        AssertRefused("computes other values", new(), new() { Bias = value });
    }

    [Fact]
    public void An_output_that_is_missing_or_of_another_size_differs()
    {
        AssertRefused("(difference Infinity)", new() { Outputs = ["y", "h"] }, new());
        AssertRefused("(difference Infinity)", new(), new() { Repeated = true });
    }

    [Fact]
    public void A_sparse_form_that_does_not_run_is_refused()
        => AssertRefused("out was not written: its sparse form does not run.", new(), new() { Operator = "NoSuchOperator" });

    /// <summary>Nothing can be said of a model that no made-up input fits; and none is made where it would take all memory.</summary>
    [Fact]
    public void A_model_that_does_not_run_on_made_up_inputs_is_compared_tensor_by_tensor()
    {
        foreach (var odd in new Net[]
        {
            new() { Operator = "NoSuchOperator" },
            new() { More = builder => builder.Input("text", Elements.String, 1).Node("Identity", ["text"], ["t"]) },
            new() { More = builder => builder.Input("huge", 100_000, 100_000) },
            new() { More = builder => builder.Input("large", 1 << 13, (1 << 12) + 1) },
            new() { More = builder => builder.Input("half", 1 << 24).Input("other half", 1 << 24) },
            new() { More = builder => builder.Graph.Input.Add(Sequence("list")) },
        })
        {
            Verify(odd, odd with { Bias = 1 });
            AssertRefused("reads the sparse tensor 'w' differently", odd, odd with { Weight = 2 });
        }
    }

    /// <summary>Dropout that trains, without a seed: no two runs are alike.</summary>
    [Fact]
    public void A_model_that_draws_numbers_differs_from_itself()
    {
        var drawn = new Net { Outputs = ["r"], More = Dropout };
        Verify(drawn, drawn);
        AssertRefused("reads the sparse tensor 'w' differently", drawn, drawn with { Weight = 2 });

        static void Dropout(GraphBuilder builder)
        {
            var training = Shaped("training", Elements.Bool);
            training.RawData = ByteString.CopyFrom(1);
            var ratio = Floats("ratio", [0.5f]);
            builder.Initializer(ratio).Initializer(training).Node("Dropout", ["h", "ratio", "training"], ["r"]);
        }
    }

    /// <summary>A loop of so many turns that it has no end.</summary>
    [Fact]
    public async Task A_model_without_an_end_is_left_when_that_is_asked_for()
    {
        var body = new GraphBuilder().Input("i", Elements.Int64).Input("go", Elements.Bool).Input("state", "n", Columns)
            .Output("goes", Elements.Bool).Output("next", "n", Columns)
            .Node("Identity", ["go"], ["goes"]).Node("Sin", ["state"], ["next"]).Graph;
        body.Name = "body";
        var turns = Shaped("turns", Elements.Int64);
        turns.RawData = ByteString.CopyFrom(BitConverter.GetBytes(1L << 62));
        var endless = new Net
        {
            Outputs = ["end"],
            More = builder => builder.Initializer(turns).Node("Loop", ["turns", "", "h"], ["end"], Attribute("body", body)),
        };
        using var stop = new CancellationTokenSource();
        var check = Task.Run(() => Verify(endless, endless, stop.Token), TestContext.Current.CancellationToken);
        stop.CancelAfter(500);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.WaitAsync(TimeSpan.FromSeconds(15),
            TestContext.Current.CancellationToken));
    }

    /// <summary>Of two tensors of one name ONNX Runtime takes one; which, the model does not say.</summary>
    [Fact]
    public void Tensors_of_one_name_are_left_to_the_run()
        => Verify(new()
        {
            Weight = 2,
            More = builder => builder.Initializer(Floats("w", new float[Rows * Columns], Rows, Columns)),
        }, new());

    [Fact]
    public void A_model_without_inputs_is_run_too()
        => AssertRefused("(difference 1)", new() { Input = false }, new() { Input = false, Bias = 1 });

    [Fact]
    public void Outputs_that_are_no_numbers_are_left_out()
    {
        Action<GraphBuilder> text = builder => builder.Output("text", Elements.String, "n", Columns).Node("Cast", ["y"], ["text"],
            Attribute("to", (long)Elements.String));
        Verify(new() { More = text }, new() { More = text });
        AssertRefused("(difference 1)", new() { More = text }, new() { More = text, Bias = 1 });
    }

    /// <summary>Sparse tensors that the model had before have no dense form to be compared with.</summary>
    [Fact]
    public void What_was_sparse_before_is_left_to_the_run()
        => Verify(new(), new() { More = builder => builder.Graph.SparseInitializer.Add(Single("other", 3)) });

    /// <summary>ModelWriter's check is of the file as written, and leaves nothing beside it.</summary>
    [Fact]
    public void What_is_written_is_checked_and_nothing_is_left_beside_it()
    {
        using var model = OnnxModel.Load(new Net().Dense().Save(folder["model.onnx"]));
        var external = ExternalFiles.InPlace(model.Content);
        var good = new Net().Sparse().Save(folder["good"]);
        var bad = new Net { Weight = 2 }.Sparse().Save(folder["bad"]);
        var other = new Net { Bias = 1 }.Sparse().Save(folder["other"]);
        ModelWriter.Check(model.Content, external, good, "out", WeightStorage.Sparse);
        ModelWriter.Check(model.Content, external, bad, "out", WeightStorage.Dense);
        Assert.Contains("out was not written: ONNX Runtime reads", Assert.Throws<OnnxModelException>(
            () => ModelWriter.Check(model.Content, external, bad, "out", WeightStorage.Sparse)).Message, StringComparison.Ordinal);
        Assert.Contains("computes other values", Assert.Throws<OnnxModelException>(
            () => ModelWriter.Check(model.Content, external, other, "out", WeightStorage.Sparse)).Message, StringComparison.Ordinal);
        Assert.Equal([folder["bad"], folder["good"], folder["model.onnx"], other], Directory.GetFileSystemEntries(folder.Path).Order());
    }

    private void AssertRefused(string message, Net dense, Net sparse)
        => Assert.Contains(message, Assert.Throws<OnnxModelException>(() => Verify(dense, sparse)).Message, StringComparison.Ordinal);

    private void Verify(Net dense, Net sparse, CancellationToken cancel = default)
    {
        using var model = OnnxModel.Load(dense.Dense().Save(folder["dense.onnx"]));
        SparseCheck.Verify(model.Content, sparse.Sparse().Save(folder["sparse.onnx"]), folder["dense.onnx"], "out", cancel);
    }

    /// <summary>An input that is a list of tensors; the generated classes know no such type.</summary>
    private static ValueInfoProto Sequence(string name)
    {
        const int sequence = 4;
        const int element = 1;
        var type = new TypeProto();
        type.MergeFrom(Varint.EncodeField(sequence, Varint.EncodeField(element, Value("", Elements.Float, 1).Type.ToByteArray())));
        return new() { Name = name, Type = type };
    }

    /// <summary>A tensor of zeros but for one value, behind the reach of the made-up row.</summary>
    private static SparseTensorProto Single(string name, float value)
    {
        var sparse = new SparseTensorProto { Values = Floats(name, [value], 1), Indices = Integers("", (Rows * Columns) - 1) };
        sparse.Dims.Add([Rows, Columns]);
        return sparse;
    }

    /// <summary>
    /// y = (x · w + sum x) · scale - sum x + bias, where x's last column is masked, so that the one value of w changes nothing.
    /// </summary>
    private sealed record Net
    {
        public float Weight { get; init; } = 1;

        public float? Second { get; init; }

        public float Scale { get; init; } = 1;

        public float Bias { get; init; }

        public float? SecondBias { get; init; }

        public bool Repeated { get; init; }

        public bool Input { get; init; } = true;

        public string Operator { get; init; } = "MatMul";

        public string[] Outputs { get; init; } = ["y"];

        public Action<GraphBuilder>? More { get; init; }

        public GraphBuilder Dense() => Build((builder, name, value) =>
        {
            var values = new float[Rows * Columns];
            values[^1] = value;
            builder.Initializer(Floats(name, values, Rows, Columns));
        });

        public GraphBuilder Sparse() => Build((builder, name, value) => builder.Graph.SparseInitializer.Add(Single(name, value)));

        private GraphBuilder Build(Action<GraphBuilder, string, float> weight)
        {
            var mask = Enumerable.Repeat(1f, Rows).ToArray();
            mask[^1] = 0;
            var builder = new GraphBuilder().Initializer(Floats("mask", mask, Rows)).Initializer(Floats("bias", [Bias], 1))
                .Initializer(Floats("scale", [Scale], 1));
            if (Input) builder.Input("x", "n", Rows);
            else builder.Initializer(Floats("x", GraphBuilder.Random(Rows), 1, Rows));
            weight(builder, "w", Weight);
            builder.Node("Mul", ["x", "mask"], ["m"]).Node("ReduceSum", ["x"], ["sum"]).Node(Operator, ["m", "w"], ["p"])
                .Node("Add", ["p", "sum"], ["h"]).Node("Mul", ["h", "scale"], ["s"]).Node("Sub", ["s", "sum"], ["d"])
                .Node("Add", ["d", "bias"], [Repeated ? "once" : "y"]);
            if (Repeated) builder.Node("Concat", ["once", "once"], ["y"], Attribute("axis", 0L));
            foreach (var output in Outputs) builder.Output(output, "n", Columns);
            if (Second is { } second)
            {
                weight(builder, "w2", second);
                builder.Node("MatMul", ["m", "w2"], ["y2"]).Output("y2", "n", Columns);
            }
            if (SecondBias is { } more)
                builder.Initializer(Floats("bias2", [more], 1)).Node("Add", ["d", "bias2"], ["z"]).Output("z", "n", Columns);
            More?.Invoke(builder);
            return builder;
        }
    }
}
