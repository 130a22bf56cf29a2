using GspMl.Cli.Eval;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Tests.Eval;

public sealed class EvalCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_dense_LeNet5_reads_99_percent_of_the_test_digits()
    {
        var run = await CommandRun.Of("eval", Models.LeNet5, "--inputs", Models.TestInputs, "--labels", Models.TestLabels, "--format",
            "json");

        var model = run.Json.GetProperty("model");
        Assert.Equal(0.991, model.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Equal(1000, model.GetProperty("rows").GetInt64());
        Assert.True(model.GetProperty("millisecondsPerRow").GetDouble() > 0);
    }

    [Fact]
    public async Task A_model_agrees_with_itself()
    {
        var run = await CommandRun.Of("eval", Models.LeNet300, "--baseline", Models.LeNet300, "--inputs", $"input={Models.TestInputs}",
            "--format", "json");

        var drift = run.Json.GetProperty("drift");
        Assert.Equal(1, drift.GetProperty("agreement").GetDouble());
        Assert.Equal(0, drift.GetProperty("maxDifference").GetDouble());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.Json.GetProperty("accuracyDrop").ValueKind);
    }

    [Fact]
    public async Task A_failed_quality_gate_has_its_own_exit_code()
    {
        var pruned = folder.File("ruined.onnx");
        await CommandRun.Of("prune", Models.LeNet300, "-o", pruned, "--zeros", "0.97");

        Assert.Equal(ExitCode.QualityGateFailed, (await Gate(pruned, "5")).ExitCode);
        Assert.Equal(ExitCode.Done, (await Gate(pruned, "100")).ExitCode);
        Assert.Contains("accuracy drop", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agreement_is_a_gate_that_needs_no_labels()
    {
        var pruned = folder.File("pruned.onnx");
        await CommandRun.Of("prune", Models.LeNet300, "-o", pruned, "--zeros", "0.8", "--values", "original");

        Assert.Equal(ExitCode.WrongUsage, (await CommandRun.Of("eval", pruned, "--inputs", Models.TestInputs, "--min-agreement", "90"))
            .ExitCode);
        var failed = await CommandRun.Of("eval", pruned, "--baseline", Models.LeNet300, "--inputs", Models.TestInputs, "--min-agreement",
            "99.9");
        Assert.Equal(ExitCode.QualityGateFailed, failed.ExitCode);
        Assert.Contains("FAILED", failed.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await CommandRun.Of("eval", pruned, "--baseline", Models.LeNet300, "--inputs", Models.TestInputs,
            "--min-agreement", "1")).ExitCode);
    }

    [Fact]
    public async Task A_comparison_tells_rows_classes_and_what_chance_may_explain()
    {
        var pruned = folder.File("pruned.onnx");
        await CommandRun.Of("prune", Models.LeNet300, "-o", pruned, "--zeros", "0.8", "--values", "original");
        string[] command = ["eval", pruned, "--baseline", Models.LeNet300, "--inputs", Models.TestInputs, "--labels", Models.TestLabels];

        var run = await CommandRun.Of([.. command, "--format", "json", "--report", Report]);

        var comparison = run.Json.GetProperty("comparison");
        var paired = comparison.GetProperty("accuracy");
        int Rows(string name) => paired.GetProperty(name).GetInt32();
        Assert.Equal(1000, Rows("rows"));
        Assert.Equal(run.Json.GetProperty("accuracyDrop").GetDouble(), 0.1 * (Rows("lost") - Rows("gained")), 1e-9);
        Assert.Equal(10, comparison.GetProperty("classes").GetArrayLength());
        Assert.Equal(run.Json.GetProperty("drift").GetProperty("agreement").GetDouble(), 1 - comparison.GetProperty("changedRows")
            .GetArrayLength() / 1000.0, 1e-9);
        var text = (await CommandRun.Of(command)).Output;
        Assert.Contains($"{Rows("lost")} rows lost, {Rows("gained")} gained; more than chance", text, StringComparison.Ordinal);
        Assert.Contains("most hurt: class", text, StringComparison.Ordinal);
        Assert.Contains("Rows that changed class", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_run_one_row_is_judged_without_the_latency_of_one()
    {
        var (model, rows) = (folder.File("four.onnx"), folder.File("rows.npy"));
        SmallModel.OfFourRows().Save(model);
        NpyWriter.Write<float>(rows, new float[16], [8, 2]);

        var run = await CommandRun.Of("eval", model, "--inputs", rows, "--format", "json");

        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.Json.GetProperty("model").GetProperty("millisecondsPerRow").ValueKind);
        Assert.True(run.Json.GetProperty("model").GetProperty("millisecondsPerBatch").GetDouble() > 0);
        NpyWriter.Write<float>(rows, new float[6], [3, 2]);
        var failed = await CommandRun.Of("eval", model, "--inputs", rows);
        Assert.Equal(ExitCode.BadInput, failed.ExitCode);
        Assert.Contains("four.onnx, rows 0 to 2", failed.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--min-cosine", "0.9", "an embedding or a map")]
    [InlineData("--min-agreement", "90", "an output of classes")]
    [InlineData("--min-same-reading", "90", "a sequence")]
    public async Task A_gate_that_fits_no_output_is_told_before_the_model_runs(string gate, string limit, string wanted)
    {
        // On three rows the model that is judged fails.
        var (model, baseline, rows) = (folder.File("four.onnx"), folder.File("dense.onnx"), folder.File("rows.npy"));
        SmallModel.OfFourRows().Save(model);
        SmallModel.OfWeights("w").Save(baseline);
        NpyWriter.Write<float>(rows, new float[] { 1, 2, 3, 4, 5, 6 }, [3, 2]);

        var run = await CommandRun.Of("eval", model, "--baseline", baseline, "--inputs", rows, "--task", "regression", gate, limit);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains($"{gate}: no output is {wanted}", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_is_not_there_is_refused_by_name()
    {
        var run = await CommandRun.Of("eval", Models.LeNet300, "--inputs", Models.TestInputs, "--classes-from", "nowhere");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("'nowhere'", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drop_of_exactly_the_limit_passes()
    {
        var both = new ModelComparison
        {
            Baseline = Accuracy(0.991),
            Candidate = Accuracy(0.981),
            Outputs = [],
            ChangedRows = [],
            Classes = []
        };
        Assert.True(Assert.Single(new QualityGates(1, null).Judge(both)).Passed);
        Assert.False(Assert.Single(new QualityGates(0.99, null).Judge(both)).Passed);
    }

    [Fact]
    public async Task An_input_given_twice_is_refused_by_name()
    {
        var run = await CommandRun.Of("eval", Models.LeNet300, "--inputs", Models.TestInputs, "--inputs", $"input={Models.TestInputs}");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("input 'input' has values twice", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_falls_back_to_the_CPU_and_says_so()
    {
        var run = await CommandRun.Of("eval", Models.LeNet300, "--inputs", Models.TestInputs, "--provider", "auto", "--format", "json");

        var model = run.Json.GetProperty("model");
        Assert.Equal("cpu", model.GetProperty("provider").GetString(), ignoreCase: true);
        Assert.StartsWith("CUDA is not available. ", model.GetProperty("providerNote").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, model.GetProperty("cpuNodes").GetArrayLength());
    }

    [Fact]
    public async Task Rows_of_the_wrong_shape_are_refused_by_name()
    {
        NpyWriter.Write<float>(folder.File("x.npy"), new float[20], 2, 10);

        var run = await CommandRun.Of("eval", Models.LeNet5, "--inputs", folder.File("x.npy"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("input", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_labels_as_rows_are_wanted()
    {
        NpyWriter.Write<long>(folder.File("y.npy"), new long[3], 3);

        var run = await CommandRun.Of("eval", Models.LeNet5, "--inputs", Models.TestInputs, "--labels", folder.File("y.npy"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("3", run.Messages, StringComparison.Ordinal);
        Assert.Contains("1000", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_without_labels_is_wrong_usage()
    {
        var run = await CommandRun.Of("eval", Models.LeNet5, "--inputs", Models.TestInputs, "--max-accuracy-drop", "1");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
    }

    private static EvaluationResult Accuracy(double accuracy)
        => new() { Path = "model", Rows = 1000, Accuracy = accuracy, Classes = [], Outputs = [], Provider = "CPU", Bytes = 0 };

    private string Report => folder.File("report.html");

    private Task<CommandRun> Gate(string pruned, string limit) =>
        CommandRun.Of("eval", pruned, "--baseline", Models.LeNet300, "--inputs", Models.TestInputs, "--labels", Models.TestLabels,
            "--max-accuracy-drop", limit, "--report", Report);
}
