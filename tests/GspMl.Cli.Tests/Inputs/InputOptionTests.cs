using System.IO.Compression;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Inputs;

/// <summary>
/// The forms of inputs that commands take, on a model whose outputs are y = k·(x + the sum of state over its first axis): x [n,2],
/// state [2,n,2], and a number k.
/// </summary>
public sealed class InputOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string model;
    private readonly string x;
    private readonly string state;

    public InputOptionTests()
    {
        model = folder.File("model.onnx");
        SmallModel.WithState().Save(model);
        x = Array("x.npy", [3, 2], 1f, 2, 3, 4, 5, 6);
        state = Array("state.npy", [2, 3, 2], new float[12]);
    }

    public void Dispose() => folder.Dispose();

    private string Array<T>(string name, int[] shape, params T[] values) where T : unmanaged
    {
        NpyWriter.Write<T>(folder.File(name), values, shape);
        return folder.File(name);
    }

    private Task<CommandRun> Eval(params string[] options) => CommandRun.Of(["eval", model, "--format", "json", .. options]);

    private async Task IsTaken(string told, params string[] options)
    {
        var run = await Eval(options);
        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        Assert.Equal(3, run.Json.GetProperty("model").GetProperty("rows").GetInt32());
        Assert.Contains(told, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_a_number_and_rows_are_taken_from_files_and_told()
    {
        await IsTaken("its rows lie on axis 1", "--inputs", $"x={x}", "--inputs", $"state={state}", "--constant", "k=2");
        await IsTaken("input 'k' []", "--inputs", $"x={x}", "--inputs", $"state={state}", "--inputs", $"k={Array("k.npy", [1], 2L)}");
        await IsTaken("repeated along axis 1", "--inputs", $"x={x}", "--constant", "state=0", "--constant", "k=0.5");
        await IsTaken("", "--inputs", $"x={x}", "--inputs", $"state={state}", "--batch-axis", "state=1", "--constant", "k=2");
        await IsTaken("one by one", "--inputs", $"x={x}", "--inputs", $"state={Array("whole.npy", [3, 2, 1, 2], new float[12])}",
            "--constant", "k=2");
    }

    [Fact]
    public async Task A_state_of_another_shape_is_refused_with_both()
    {
        var run = await Eval("--inputs", $"x={x}", "--inputs", $"state={Array("bad.npy", [3, 2, 2], new float[12])}", "--constant", "k=2");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("'state' takes [2,n,2], but the values have shape [3,2,2]", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_holds_all_inputs_by_name()
    {
        var archive = Archive(("x", x), ("state", state), ("k", Array("k.npy", [], 2f)), ("labels", x));

        await IsTaken("array 'labels' is no input of the model, and is left out", "--inputs", archive);
        await IsTaken("", "--inputs", $"x={archive}", "--inputs", $"state={archive}", "--constant", $"k={archive}");
    }

    [Fact]
    public async Task An_archive_of_other_names_is_refused_with_both_lists()
    {
        var run = await Eval("--inputs", Archive(("arr_0", x), ("arr_1", state)));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("its arrays ('arr_0', 'arr_1') have not the names of the model's inputs ('x', 'state', 'k')", run.Messages,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_and_shrink_take_the_same_forms_for_calibration()
    {
        string[] inputs = ["--calibration", Archive(("x", x), ("state", state)), "--constant", "k=2", "--batch-axis", "state=1"];

        var pruned = await CommandRun.Of(["prune", model, "--dry-run", "--zeros", "0.5", "--preset", "accurate", .. inputs]);
        var shrunk = await CommandRun.Of(["shrink", model, "--dry-run", "--sparsity", "0.1", "--round-to", "1", .. inputs]);

        Assert.True(pruned.ExitCode == ExitCode.Done, pruned.Messages);
        Assert.True(shrunk.ExitCode is ExitCode.Done or ExitCode.NothingToDo, shrunk.Messages);
    }

    [Fact]
    public async Task Lengths_go_with_the_name_of_their_input()
    {
        var ragged = folder.File("ragged.onnx");
        SmallModel.OfAnyLength().Save(ragged);
        var rows = Array("rows.npy", [3, 2], 1f, 2, 3, 4, 5, 6);

        var run = await CommandRun.Of("eval", ragged, "--format", "json", "--inputs", rows, "--inputs",
            $"x.lengths={Array("lengths.npy", [3], 2, 1, 2)}");
        var refused = await CommandRun.Of("eval", ragged, "--inputs", rows, "--inputs", $"x.lengths={Array("none.npy", [3], 2, 0, 2)}");

        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        Assert.Equal(3, run.Json.GetProperty("model").GetProperty("rows").GetInt32());
        Assert.Contains("the length of row 1 is 0", refused.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--constant", "k", "wanted NAME=FILE or NAME=NUMBER")]
    [InlineData("--batch-axis", "x=-1", "the axis from 0")]
    [InlineData("--batch-axis", "1", "several inputs")]
    [InlineData("--batch-axis", "nothing=1", "no values are given for input 'nothing'")]
    public async Task Words_that_say_nothing_are_wrong_usage(string option, string word, string reason)
    {
        var run = await Eval("--inputs", $"x={x}", "--inputs", $"state={state}", option, word);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(reason, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_of_calibration_rows_needs_them()
    {
        var run = await CommandRun.Of("prune", model, "--dry-run", "--zeros", "0.5", "--constant", "k=2");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--calibration, which is not given", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prune", "--zeros", "0.5")]
    [InlineData("shrink", "--sparsity", "0.1")]
    [InlineData("shrink", "--explain", "w")]
    public async Task Where_rows_lie_says_nothing_without_rows(string command, string option, string value)
    {
        var run = await CommandRun.Of(command, model, "--dry-run", option, value, "--batch-axis", "state=1");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--batch-axis says something of --calibration, which is not given", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_are_no_numbers_are_told_by_file_and_row()
    {
        var rows = Array("rows.npy", [3, 2], 1f, 2, float.NaN, 4, 5, float.PositiveInfinity);
        string[] judged = ["--inputs", $"x={rows}", "--inputs", $"state={state}", "--constant", "k=2"];

        await IsTaken($"{rows}: the values of input 'x' hold NaN or infinity in 2 rows, first in row 1.", judged);
        await IsTaken("state.npy: the values of input 'state' hold NaN or infinity at position 5.", "--inputs", $"x={x}", "--inputs",
            $"state={Array("state.npy", [2, 3, 2], [.. Enumerable.Repeat(0.0, 5), double.NaN, .. new double[6]])}", "--batch-axis",
            "state=1", "--constant", "k=2");
        var swept = await CommandRun.Of(["sweep", model, "--zeros", "0.5", "--latency-runs", "0", .. judged]);
        Assert.Contains("hold NaN or infinity in 2 rows", swept.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "is a Git LFS pointer")]
    [InlineData("\n<!DOCTYPE html><html></html>", "is an HTML page")]
    public async Task Files_that_stand_for_others_are_named_as_what_they_are(string text, string what)
    {
        foreach (var name in new[] { "stand.npy", "stand.npz", "stand.npy.gz" })
        {
            File.WriteAllText(folder.File(name), text);
            var run = await Eval("--inputs", $"x={folder.File(name)}");
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains($"{folder.File(name)} {what}", run.Messages, StringComparison.Ordinal);
        }
        File.WriteAllText(folder.File("stand.onnx"), text);
        var model = await CommandRun.Of("inspect", folder.File("stand.onnx"));
        Assert.Equal(ExitCode.BadInput, model.ExitCode);
        Assert.Contains($"stand.onnx {what}", model.Messages, StringComparison.Ordinal);
    }

    private string Archive(params (string Name, string File)[] arrays)
    {
        using var archive = ZipFile.Open(folder.File("inputs.npz"), ZipArchiveMode.Create);
        foreach (var (name, file) in arrays) archive.CreateEntryFromFile(file, $"{name}.npy");
        return folder.File("inputs.npz");
    }
}
