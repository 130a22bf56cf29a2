using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Training.Tests;

/// <summary>Labels that are no classes, and numbers that are none, are refused before the first step.</summary>
public sealed class UnfitDataTests
{
    private const int Rows = 8;

    private readonly OnnxModel model = Net(classes: 3);

    [Theory]
    [InlineData(0, -1)]
    [InlineData(5, 3)]
    [InlineData(7, long.MaxValue)]
    [InlineData(2, long.MinValue)]
    public void A_label_that_is_no_class_is_refused_by_its_row(int row, long label)
    {
        var labels = new long[Rows];
        labels[row] = label;

        Assert.Equal($"The label of row {row} is {label}; model tells classes 0 to 2 apart.", Refusal(model, Options() with
        {
            Data = new(Options().Data.Inputs, labels),
        }));
    }

    [Fact]
    public void Labels_of_a_model_with_one_value_a_row_are_refused()
    {
        using var regression = Net(classes: 1);
        var data = new EvaluationData(Options().Data.Inputs, new long[Rows]);
        Assert.Contains("no output has two values or more a row", Refusal(regression, Options() with { Data = data }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_an_output_that_is_not_there_are_refused()
    {
        var data = new EvaluationData(Options().Data.Inputs, new long[Rows]);
        Assert.Contains("no output 'other' has two values", Refusal(model, Options() with { Data = data, Output = "other" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_labels_as_a_row_has_numbers_are_not_those_of_rows()
    {
        var data = new EvaluationData(Options().Data.Inputs, new long[4]);
        Assert.Contains("4 labels", Refusal(model, Options() with { Data = data }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_that_is_no_number_is_refused_by_its_place(float value)
    {
        var values = Random(Rows * 4);
        values[(5 * 4) + 1] = value;

        var error = Refusal(model, Options() with { Data = new([InputTensor.Create("x", values, Rows, 4)]) });

        Assert.Equal("model: the calibration values of input 'x' hold NaN or infinity in row 5.", error);
    }

    [Fact]
    public void A_number_that_single_precision_cannot_hold_is_none()
    {
        double[] values = [.. Random(Rows * 4)];
        values[^1] = 1e300;
        Assert.Contains("hold NaN or infinity in row 7", Refusal(model, Options() with
        {
            Data = new([InputTensor.Create("x", values, Rows, 4)]),
        }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first", float.NaN)]
    [InlineData("first", float.NegativeInfinity)]
    [InlineData("bias", float.NaN)]
    public void A_weight_that_is_no_number_is_refused_by_its_tensor(string tensor, float value)
    {
        using var bad = Net(classes: 3, tensor, value);
        var message = $"model, tensor '{tensor}': element 2 is {value}.";

        Assert.Equal(message, Refusal(bad, Options()));
        Assert.Equal(message, Refusal(model, Options() with { Teacher = bad }));
        var induced = TuningSparsity.Induced(PruningOptions.Paper(SparsityTarget.Zeros(0.5)), every: 1);
        Assert.Equal(message, Refusal(bad, Options() with { Sparsity = induced, HeldBack = 0 }));
    }

    [Fact]
    public void A_teacher_whose_outputs_are_no_numbers_teaches_nothing()
    {
        using var bad = Root();
        Assert.Equal("model: output 'y' is NaN or infinity for row 0; nothing can be learned of it.",
            Refusal(model, Options() with { Teacher = bad }));
    }

    [Fact]
    public void A_model_whose_outputs_are_no_numbers_is_not_told_of_the_learning_rate()
    {
        using var bad = Root();
        var error = Refusal(bad, Options() with { Teacher = model, Loss = TuningLoss.SquaredError });
        Assert.Contains("the loss is no number before the first step", error, StringComparison.Ordinal);
    }

    private string Refusal(OnnxModel tuned, TuningOptions options)
        => Assert.Throws<OnnxModelException>(() => ModelTuner.Tune(tuned, options, new NoStep())).Message;

    private sealed class NoStep : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => Assert.Fail("A step was made.");
    }

    private static TuningOptions Options() => new()
    {
        Data = new([InputTensor.Create("x", Random(Rows * 4), Rows, 4)]),
        Epochs = 2,
        BatchSize = 4,
        HeldBack = 0.2,
        MaxThreads = 1,
    };

    /// <summary>y = relu(x·first + bias)·second.</summary>
    private static OnnxModel Net(int classes, string? changed = null, float value = 0)
    {
        var tensors = new Dictionary<string, float[]>
        {
            ["first"] = Random(32),
            ["bias"] = Random(8, 3),
            ["second"] = Random(8 * classes, 2),
        };
        if (changed is not null) tensors[changed][2] = value;
        return OnnxModel.Load(new GraphBuilder().Input("x", "n", 4).Output("y", "n", classes)
            .Initializer(Floats("first", tensors["first"], 4, 8)).Initializer(Floats("bias", tensors["bias"], 8))
            .Initializer(Floats("second", tensors["second"], 8, classes))
            .Node("MatMul", ["x", "first"], ["a"]).Node("Add", ["a", "bias"], ["b"]).Node("Relu", ["b"], ["c"])
            .Node("MatMul", ["c", "second"], ["y"]).Model.ToByteArray());
    }

    /// <summary>y = √(−1 − (x·w)²).</summary>
    private static OnnxModel Root() => OnnxModel.Load(new GraphBuilder().Input("x", "n", 4).Output("y", "n", 3)
        .Initializer(Floats("w", Random(12), 4, 3)).Initializer(Floats("one", [-1], 1))
        .Node("MatMul", ["x", "w"], ["a"]).Node("Mul", ["a", "a"], ["b"]).Node("Sub", ["one", "b"], ["c"]).Node("Sqrt", ["c"], ["y"])
        .Model.ToByteArray());
}
