using GspMl.Onnx.Sweeping;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Sweeping;

public class SweepLimitsTests
{
    private const int Rows = 1000;

    [Fact]
    public void The_sparsest_model_is_taken_before_the_first_that_misses_a_limit()
    {
        Assert.Equal([SweepOutcome.Passed, SweepOutcome.Passed, SweepOutcome.Failed, SweepOutcome.NotTested], Outcomes(0.01, 0, 2, 20, 0));
        Assert.Equal([SweepOutcome.Failed, SweepOutcome.NotTested], Outcomes(0.01, 20, 0));
    }

    [Fact]
    public void What_may_be_chance_does_not_pass()
    {
        // 8 of 1000 rows lost are 0.8 points, and may be 1.7 points on other rows.
        Assert.Equal([SweepOutcome.Failed], Outcomes(0.01, 8));
        Assert.Equal([SweepOutcome.Passed], Outcomes(0.02, 8));
    }

    [Fact]
    public void The_agreement_must_be_enough_at_the_low_end_of_its_interval()
    {
        // 990 of 1000 rows: 98.2 to 99.5 %.
        Assert.Equal([SweepOutcome.Passed], Tested(new() { Curves = [Curve], MinAgreement = 0.98 }, 10));
        Assert.Equal([SweepOutcome.Failed], Tested(new() { Curves = [Curve], MinAgreement = 0.985 }, 10));
    }

    [Fact]
    public void Both_limits_must_be_kept()
        => Assert.Equal([SweepOutcome.Failed],
            Tested(new() { Curves = [Curve], MinAgreement = 0.99, MaxAccuracyDrop = 0.5 }, 10));

    [Fact]
    public void Without_limits_nothing_is_tested()
        => Assert.Equal([SweepOutcome.NotTested], Tested(new() { Curves = [Curve] }, 0));

    private static PrunedCurve Curve { get; } = new()
    {
        Name = "fast",
        Amounts = [0.5],
        Pruning = PruningOptions.Fast(GspMl.Projection.SparsityTarget.Zeros(0.5)),
    };

    private static SweepOutcome[] Outcomes(double drop, params int[] lost)
        => Tested(new() { Curves = [Curve], MaxAccuracyDrop = drop }, lost);

    /// <summary>Levels that lose so many of 1000 rows, all of which the dense model gets right.</summary>
    private static SweepOutcome[] Tested(SweepOptions options, params int[] lost)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var levels = lost.Select(rows => new SweepLevel
        {
            Curve = Curve,
            Asked = 0.5,
            Amount = 0.5,
            Model = model,
            Quality = new(0, null),
            Comparison = ModelEvaluator.Compare(Result(0), Result(rows)),
        });
        return [.. new SweepLimits(options, "model").Tested([.. levels]).Select(level => level.Outcome)];
    }

    private static EvaluationResult Result(int wrong)
    {
        int[] classes = [.. Enumerable.Range(0, Rows).Select(row => row < wrong ? 1 - (row % 2) : row % 2)];
        float[] values = [.. classes.SelectMany(row => row == 0 ? new[] { 1f, 0f } : [0f, 1f])];
        var task = new TaskChoice(OutputTask.Classes, "of this test");
        return new()
        {
            Path = "m",
            Rows = Rows,
            Provider = "CPU",
            Bytes = 1,
            Classes = classes,
            ClassesOutput = "y",
            Labels = [.. Enumerable.Range(0, Rows).Select(row => (long)(row % 2))],
            Accuracy = 1 - ((double)wrong / Rows),
            Outputs = [new OutputTensor("y", values, 2) { Task = task }],
        };
    }
}
