namespace GspMl.Onnx.Tests.Evaluation;

public class ModelComparisonTests
{
    private static readonly EvaluationResult Dense =
        Result([1, 0, 3, 0, 2, 0, 0, 4], classes: [0, 0, 0, 1]) with { Labels = [0, 0, 1, 1], Accuracy = 0.75 };
    private static readonly EvaluationResult Pruned =
        Result([1, 0, 0, 3, 0, 2, 0, 4], classes: [0, 1, 1, 1]) with { Labels = [0, 0, 1, 1], Accuracy = 0.75 };

    [Fact]
    public void Rows_lost_and_gained_are_told_where_the_accuracies_are_equal()
    {
        var both = ModelEvaluator.Compare(Dense, Pruned);

        Assert.Equal(0, both.AccuracyDrop);
        Assert.Equal(new(BothRight: 2, Lost: 1, Gained: 1, BothWrong: 0), both.Accuracy);
        Assert.Equal([new(1, 0, 1, 0), new(2, 0, 1, 1)], both.ChangedRows);
        Assert.Equal([Class(0, 2, 1, 2, 1), Class(1, 2, 1, 1, 2)], both.Classes);
        Assert.Equal(0.5, both.Agreement);
    }

    [Fact]
    public void Without_labels_the_classes_are_the_baselines()
    {
        var both = ModelEvaluator.Compare(Dense with { Labels = null, Accuracy = null }, Pruned with { Labels = null, Accuracy = null });

        Assert.Null(both.Accuracy);
        Assert.Null(both.AccuracyDrop);
        Assert.Equal([Class(0, 3, 1), Class(1, 1, 1)], both.Classes);
        Assert.All(both.ChangedRows, row => Assert.Null(row.Label));
    }

    [Fact]
    public void The_drift_is_told_over_all_values_by_row_and_as_a_part_of_the_spread()
    {
        var drift = Assert.Single(ModelEvaluator.Compare(Dense, Pruned).Outputs);

        // Differences: row 0 none, row 1 (3, 3), row 2 (2, 2), row 3 none. Columns 1 3 2 0 and 0 0 0 4 have the variances 1.25 and 3.
        Assert.Equal(Math.Sqrt(26 / 8.0), drift.Rms, 1e-12);
        Assert.Equal(Math.Sqrt(26 / 8.0) / Math.Sqrt((1.25 + 3) / 2), drift.Relative!.Value, 1e-12);
        Assert.Equal((3, 1, 3, 1), (drift.Max, drift.MedianRow, drift.HighRow, drift.WorstRow));
    }

    [Fact]
    public void An_output_that_is_no_number_counts_as_the_largest_difference()
    {
        var both = ModelEvaluator.Compare(Dense, Result([1, 0, 3, 0, float.NaN, 0, 0, 4], classes: [0, 0, 0, 1]));

        Assert.True(double.IsNaN(both.MaxDifference));
        Assert.Equal(2, both.Outputs[0].WorstRow);
    }

    [Theory]
    [InlineData("CPU", null, "CPU", null, true)]
    [InlineData("CUDA", 0, "CUDA", 0, true)]
    [InlineData("CUDA", 0, "CUDA", 1, false)]
    [InlineData("CPU", null, "CUDA", 0, false)]
    public void Latencies_of_different_devices_are_not_compared(string baseline, int? baselineDevice, string candidate,
        int? candidateDevice, bool compared)
    {
        var latency = new Latency(1, [2, 2]);
        EvaluationResult On(string provider, int? device)
            => Dense with
            {
                Provider = provider,
                Device = device,
                SingleRow = latency,
                Batched = latency,
                SingleRowOnDevice = latency,
                BatchedOnDevice = latency
            };

        var both = ModelEvaluator.Compare(On(baseline, baselineDevice), On(candidate, candidateDevice));

        Assert.Equal(compared, both.SameDevice);
        Assert.All([both.SingleRow, both.Batched, both.SingleRowOnDevice, both.BatchedOnDevice], ratio
            => Assert.Equal(compared ? 1.0 : null, ratio?.Median));
        Assert.Equal(0, both.MaxDifference);
    }

    [Fact]
    public void Several_outputs_make_one_difference_by_their_numbers_of_values()
    {
        static EvaluationResult Two(float first, float second)
            => Result([first, 0], [0]) with { Rows = 1, Outputs = [new("a", [first], 1), new("b", [second, 0, 0], 0)] };

        var both = ModelEvaluator.Compare(Two(0, 0), Two(2, 4));

        Assert.Equal((4, Math.Sqrt((4 + 16) / 4.0)), (both.MaxDifference, both.RmsDifference));
        Assert.Equal((null, null), (both.Outputs[1].WorstRow, both.Outputs[1].Relative));
    }

    private static EvaluationResult Result(float[] values, int[] classes) =>
        new()
        {
            Path = "model.onnx",
            Rows = classes.Length,
            Classes = classes,
            Outputs = [new("y", values, values.Length / classes.Length)],
            Provider = "CPU",
            Bytes = 1
        };

    private static ClassComparison Class(long label, int rows, int agreeing, int? baselineRight = null, int? candidateRight = null)
        => new() { Class = label, Rows = rows, Agreeing = agreeing, BaselineRight = baselineRight, CandidateRight = candidateRight };
}
