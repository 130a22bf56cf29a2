using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Tune;

public sealed class TuneCommandTests : IDisposable
{
    private const int RowsUsed = 40;
    private readonly TemporaryFolder folder = new();

    public TuneCommandTests()
    {
        var digits = NpyReader.Read(Models.TestInputs);
        var values = digits.As<float>();
        NpyWriter.Write<float>(Rows, values.AsMemory(0, values.Length / digits.Shape[0] * RowsUsed), [RowsUsed, .. digits.Shape.Skip(1)]);
    }

    private string Rows => folder.File("rows.npy");

    private string Tuned => folder.File("tuned.onnx");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Prune_and_tune_writes_a_model_that_is_as_sparse_and_tells_the_curve()
    {
        var run = await CommandRun.Of("prune", Models.LeNet300, "-o", Tuned, "--preset", "fast", "--zeros", "0.9", "--calibration", Rows,
            "--tune", "2",
            "--report", folder.File("page.html"), "--format", "json");

        Assert.Equal(0, run.ExitCode);
        var tuning = run.Json.GetProperty("tuning");
        Assert.Equal(3, tuning.GetProperty("epochs").GetArrayLength());
        Assert.True(tuning.GetProperty("lossAfter").GetDouble() <= tuning.GetProperty("lossBefore").GetDouble());
        Assert.InRange(run.Json.GetProperty("zeros").GetDouble(), 0.9, 0.901);
        var inspected = await CommandRun.Of("inspect", Tuned, "--format", "json");
        Assert.Equal(run.Json.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("zerosAfter").GetDouble()),
            inspected.Json.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("zeros").GetDouble()));
        Assert.Contains("<polyline", await File.ReadAllTextAsync(folder.File("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shrink_and_tune_writes_a_model_that_is_as_small_and_tells_the_curve()
    {
        string[] shrink = ["shrink", Models.LeNet300, "-o", Tuned, "--macs", "0.85", "--calibration", Rows, "--format", "json"];
        var alone = await CommandRun.Of([.. shrink, "--held-back", "0.1"]);
        var small = await File.ReadAllBytesAsync(Tuned);

        var run = await CommandRun.Of([.. shrink, "--tune", "12", "--report", folder.File("page.html")]);

        Assert.Equal(0, run.ExitCode);
        var epochs = run.Json.GetProperty("tuning").GetProperty("epochs");
        Assert.Equal(13, epochs.GetArrayLength());
        // Rows are varied anew in each epoch, so that the loss of so few of them goes up and down.
        Assert.True(epochs.EnumerateArray().Skip(2).Min(epoch => epoch.GetProperty("loss").GetDouble())
            < epochs[1].GetProperty("loss").GetDouble());
        // None of the rows that judge was fitted to before.
        Assert.True(epochs[0].GetProperty("heldBackLoss").GetDouble() > 0);
        Assert.Equal(alone.Json.GetProperty("macsGone").GetDouble(), run.Json.GetProperty("macsGone").GetDouble());
        Assert.NotEqual(small, await File.ReadAllBytesAsync(Tuned));
        Assert.Contains("<polyline", await File.ReadAllTextAsync(folder.File("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_tuned_before_they_are_written_fast()
    {
        var run = await CommandRun.Of("prune", Models.LeNet300, "-o", Tuned, "--preset", "fast", "--zeros", "0.5", "--pattern", "columns",
            "--write", "fast", "--calibration", Rows, "--tune", "2", "--format", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json.GetProperty("tuning").GetProperty("lossAfter").GetDouble()
            < run.Json.GetProperty("tuning").GetProperty("lossBefore").GetDouble());
        Assert.InRange(run.Json.GetProperty("zeros").GetDouble(), 0.45, 0.55);
        // Which layers are faster with column sets is measured, and differs from machine to machine.
        Assert.InRange(run.Json.GetProperty("speed").GetProperty("largestDifference").GetDouble(), 0, 1e-4);
    }

    [Fact]
    public async Task Without_rows_held_back_the_last_state_is_written()
    {
        var run = await CommandRun.Of("prune", Models.LeNet300, "-o", Tuned, "--preset", "fast", "--zeros", "0.9", "--calibration", Rows,
            "--tune", "2", "--held-back", "0", "--format", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Json.GetProperty("tuning").GetProperty("bestEpoch").GetInt32());
    }

    [Theory]
    [InlineData("prune", "--zeros", "0.9")]
    [InlineData("shrink", "--macs", "0.5")]
    public async Task A_part_held_back_is_a_part(string command, params string[] target)
    {
        var run = await CommandRun.Of([command, Models.LeNet300, "-o", Tuned, .. target, "--calibration", Rows, "--held-back", "1"]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--held-back 1", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zeros_rise_to_the_fraction_that_is_asked_for()
    {
        var run = await CommandRun.Of("tune", Models.LeNet300, "-o", Tuned, "--calibration", Rows, "--schedule", "rising", "--zeros",
            "0.95", "--every",
            "2", "--epochs", "4");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("95.0 % of their weights are zero", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is nothing to learn")]
    [InlineData("--epochs 0: at least 1 epoch", "--epochs", "0", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--schedule and --induced need --zeros", "--schedule", "rising")]
    [InlineData("--zeros needs --schedule", "--zeros", "0.9")]
    [InlineData("--keep-zeros excludes", "--keep-zeros", "--induced", "gsp", "--zeros", "0.9")]
    [InlineData("--zeros 1.5: not between 0 and 1", "--schedule", "rising", "--zeros", "1.5")]
    [InlineData("--held-back 1: not between 0 and 0.9.", "--held-back", "1", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--patience 0: at least 1 epoch.", "--patience", "0", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--batch-size 0: at least 1 row.", "--batch-size", "0", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--learning-rate 0: not a positive", "--learning-rate", "0", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--device is the number of a GPU", "--device", "3", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--device: GPUs are numbered from 0", "--device", "-1", "--provider", "auto", "--schedule", "rising", "--zeros", "0.9")]
    [InlineData("--label-share needs --labels", "--schedule", "rising", "--zeros", "0.9", "--label-share", "1")]
    public async Task What_makes_no_sense_is_refused_before_the_work(string message, params string[] words)
    {
        var run = await CommandRun.Of(["tune", Models.LeNet300, "-o", Tuned, "--calibration", Rows, .. words]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Actual value", run.Messages, StringComparison.Ordinal);
        Assert.Single(run.Messages.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Tuned));
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(12, 10)]
    public async Task A_label_that_is_no_class_is_bad_input(int row, long label)
    {
        var labels = new long[RowsUsed];
        labels[row] = label;
        NpyWriter.Write<long>(folder.File("labels.npy"), labels, [RowsUsed]);

        var run = await CommandRun.Of("tune", Models.LeNet300, "-o", Tuned, "--calibration", Rows, "--labels", folder.File("labels.npy"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains($"The label of row {row} is {label}; {Models.LeNet300} tells classes 0 to 9 apart.", run.Messages,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_are_no_numbers_are_bad_input_on_whatever_is_to_train()
    {
        var values = NpyReader.Read(Rows).As<float>();
        values[^1] = float.NaN;
        NpyWriter.Write<float>(folder.File("nan.npy"), values, [.. NpyReader.Read(Rows).Shape]);

        var run = await CommandRun.Of("tune", Models.LeNet300, "-o", Tuned, "--calibration", folder.File("nan.npy"), "--schedule",
            "rising", "--zeros", "0.9", "--provider", "cuda");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.StartsWith($"{folder.File("nan.npy")}: the values of input 'input' hold NaN", run.Messages, StringComparison.Ordinal);
        Assert.Contains($"gspml tune: {Models.LeNet300}: the calibration values", run.Messages, StringComparison.Ordinal);
        Assert.Contains($"hold NaN or infinity in row {RowsUsed - 1}.", run.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(Tuned));
    }

    [Fact]
    public async Task A_state_that_cannot_be_written_is_told_before_the_work()
    {
        var run = await CommandRun.Of("tune", Models.LeNet300, "-o", Tuned, "--calibration", folder.File("none.npy"), "--schedule",
            "rising", "--zeros", "0.9", "--checkpoint", folder.File("missing/state"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(folder.File("missing/state"), run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_of_another_model_of_the_same_name_is_bad_input()
    {
        Directory.CreateDirectory(folder.File("other"));
        var (one, other) = (folder.File("model.onnx"), folder.File("other/model.onnx"));
        File.Copy(Models.LeNet300, one);
        Assert.Equal(0, (await CommandRun.Of("prune", Models.LeNet300, "-o", other, "--zeros", "0.5", "--preset", "fast")).ExitCode);
        string[] words = ["-o", Tuned, "--calibration", Rows, "--schedule", "rising", "--zeros", "0.9", "--epochs", "1", "--checkpoint",
            folder.File("state")];
        Assert.Equal(0, (await CommandRun.Of(["tune", one, .. words])).ExitCode);
        Assert.Equal(0, (await CommandRun.Of(["tune", one, .. words])).ExitCode);

        var run = await CommandRun.Of(["tune", other, .. words]);

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("the state of another run, in which these differ: the model.", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_step_of_a_single_epoch_is_told_as_one()
    {
        var run = await CommandRun.Of("tune", Models.LeNet300, "-o", Tuned, "--calibration", Rows, "--schedule", "rising", "--zeros", "0.5",
            "--epochs", "1", "--batch-size", "40", "--verbose");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("trained in 1 step,", run.Output, StringComparison.Ordinal);
        Assert.Contains("of 1 epoch,", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prune", "--zeros", "0.9")]
    [InlineData("shrink", "--macs", "0.5")]
    public async Task Tuning_within_another_command_needs_rows(string command, params string[] target)
    {
        var run = await CommandRun.Of([command, Models.LeNet300, "-o", Tuned, .. target, "--tune", "2"]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--tune needs --calibration", run.Messages, StringComparison.Ordinal);
    }
}
