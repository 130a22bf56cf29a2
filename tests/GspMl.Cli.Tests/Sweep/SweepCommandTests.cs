using System.Text.Json;
using System.Xml.Linq;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Sweep;

public sealed class SweepCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_models_file_is_byte_for_byte_the_one_of_prune()
    {
        var run = await Swept("--zeros", "0.6..0.7", "--step", "0.1", "-o", folder.File("swept"));
        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        foreach (var zeros in new[] { "0.6", "0.7" })
        {
            await CommandRun.Of("prune", Models.LeNet300, "-o", folder.File("p.onnx"), "--zeros", zeros, "--preset", "fast", "--gzip",
                "never");
            Assert.Equal(File.ReadAllBytes(folder.File("p.onnx")), File.ReadAllBytes(folder.File($"swept/lenet300-zeros-{zeros}.onnx")));
        }
        Assert.Equal(["lenet300-zeros-0.6.onnx", "lenet300-zeros-0.7.onnx", "sweep.json"],
            Directory.GetFileSystemEntries(folder.File("swept")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_result_says_of_each_model_what_eval_says()
    {
        var run = await Swept("--zeros", "0.7,0.9", "--labels", Models.TestLabels, "-o", folder.File("swept"), "--format", "json");
        var level = run.Json.GetProperty("levels")[1];
        var judged = await CommandRun.Of("eval", level.GetProperty("file").GetString()!, "--baseline", Models.LeNet300, "--inputs",
            Models.TestInputs, "--labels", Models.TestLabels, "--latency-runs", "0", "--format", "json");
        Assert.Equal("accuracy", run.Json.GetProperty("measure").GetString());
        Assert.Equal(judged.Json.GetProperty("model").GetProperty("accuracy").GetDouble(),
            level.GetProperty("quality").GetProperty("value").GetDouble());
        Assert.Equal(judged.Json.GetProperty("model").GetProperty("gzipBytes").GetInt64(), level.GetProperty("gzipBytes").GetInt64());
        Assert.Equal(judged.Json.GetProperty("accuracyDrop").GetDouble(),
            -100 * level.GetProperty("accuracyChange").GetProperty("value").GetDouble(), 9);
        Assert.Equal(0.9, level.GetProperty("zeros").GetDouble(), 3);
        Assert.Equal(run.Json.GetRawText().Trim(), File.ReadAllText(folder.File("swept/sweep.json")).Trim());
    }

    [Fact]
    public async Task A_limit_chooses_the_sparsest_model_that_keeps_it_and_only_that_is_written()
    {
        var run = await Swept("--zeros", "0.5,0.6,0.9", "--min-agreement", "95", "-o", folder.File("swept"), "--format", "json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var levels = run.Json.GetProperty("levels").EnumerateArray().ToList();
        Assert.Equal(["passed", "passed", "failed"], levels.Select(level => level.GetProperty("outcome").GetString()));
        Assert.Equal([false, true, false], levels.Select(level => level.GetProperty("isChosen").GetBoolean()));
        Assert.Equal(["lenet300-zeros-0.6.onnx", "sweep.json"],
            Directory.GetFileSystemEntries(folder.File("swept")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_limit_that_no_model_keeps_ends_with_4_and_writes_no_model()
    {
        string[] limit = ["--labels", Models.TestLabels, "--max-accuracy-drop", "3", "-o", folder.File("swept")];
        Assert.Equal(ExitCode.Done, (await Swept([.. limit, "--zeros", "0.5"])).ExitCode);
        var run = await Swept([.. limit, "--zeros", "0.9"]);
        Assert.Equal(ExitCode.QualityGateFailed, run.ExitCode);
        Assert.Contains("NO model keeps the limit", run.Output, StringComparison.Ordinal);
        // What is told is of this run, and names no model of the one before.
        Assert.True(Told("gateFailed").GetBoolean());
        Assert.Equal(JsonValueKind.Null, Told("levels")[0].GetProperty("file").ValueKind);
        Assert.False(File.Exists(folder.File("swept/lenet300-zeros-0.9.onnx")));
    }

    private JsonElement Told(string property)
        => JsonDocument.Parse(File.ReadAllText(folder.File("swept/sweep.json"))).RootElement.GetProperty(property);

    [Fact]
    public async Task Report_and_picture_show_the_curve()
    {
        var run = await Swept("--zeros", "0.5..0.9", "--step", "0.2", "--labels", Models.TestLabels, "--gzip", "always",
            "--report", folder.File("r.html"), "--picture", folder.File("p.svg"));
        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        var svg = XDocument.Load(folder.File("p.svg"));
        Assert.Equal(3 + 1 + 1, svg.Descendants().Count(element => element.Name.LocalName == "circle"));
        Assert.Contains(svg.Descendants(), element => element.Value == "knee");
        var page = File.ReadAllText(folder.File("r.html"));
        Assert.Equal(2 * 2, page.Split("<svg").Length - 1);
        Assert.Contains("The curve bends at 70.0 % zeros", page, StringComparison.Ordinal);
        Assert.Contains("fc1.weight", page, StringComparison.Ordinal);
        Assert.Contains("knee", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_presets_are_a_curve_each()
    {
        var run = await Swept("--zeros", "0.5,0.9", "--presets", "paper,fast", "-o", folder.File("swept"), "--picture",
            folder.File("p.svg"), "--format", "json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        Assert.Equal(["paper", "fast"], run.Json.GetProperty("curves").EnumerateArray().Select(curve => curve.GetString()));
        Assert.Equal([("paper", 0.5), ("paper", 0.9), ("fast", 0.5), ("fast", 0.9)], run.Json.GetProperty("levels").EnumerateArray()
            .Select(level => (level.GetProperty("curve").GetString(), level.GetProperty("asked").GetDouble())));
        await CommandRun.Of("prune", Models.LeNet300, "-o", folder.File("p.onnx"), "--zeros", "0.9", "--preset", "paper", "--gzip",
            "never");
        Assert.Equal(File.ReadAllBytes(folder.File("p.onnx")), File.ReadAllBytes(folder.File("swept/lenet300-paper-zeros-0.9.onnx")));
        var svg = XDocument.Load(folder.File("p.svg"));
        Assert.Equal(2, svg.Descendants().Count(element => element.Name.LocalName == "polyline"));
        Assert.Equal(["paper", "fast"], svg.Descendants().Select(element => element.Value).Where(word => word is "paper" or "fast"));
    }

    [Fact]
    public async Task Structured_models_are_byte_for_byte_those_of_shrink()
    {
        var run = await CommandRun.Of("sweep", Models.LeNet5, "--structured", "--macs", "0.3,0.6", "--inputs", Models.TestInputs,
            "--latency-runs", "6", "-o", folder.File("swept"), "--report", folder.File("r.html"), "--format", "json");
        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        foreach (var level in run.Json.GetProperty("levels").EnumerateArray())
        {
            Assert.True(level.GetProperty("macsGone").GetDouble() >= level.GetProperty("asked").GetDouble());
            Assert.Equal(JsonValueKind.Null, level.GetProperty("zeros").ValueKind);
        }
        await CommandRun.Of("shrink", Models.LeNet5, "-o", folder.File("s.onnx"), "--macs", "0.6", "--gzip", "never");
        Assert.Equal(File.ReadAllBytes(folder.File("s.onnx")), File.ReadAllBytes(folder.File("swept/lenet5-macs-0.6.onnx")));
        var page = File.ReadAllText(folder.File("r.html"));
        Assert.Contains("conv2.weight", page, StringComparison.Ordinal);
        Assert.DoesNotContain(GspMl.Cli.Prune.FastWriting.NoSpeed, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_is_not_of_the_models_outputs_is_told_before_the_work()
    {
        var run = await Swept("--zeros", "0.5", "--task", "embedding", "--min-agreement", "90");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains($"--min-agreement: {Models.LeNet300}: a limit of the agreement is for outputs of classes; 'logits' is taken as "
            + "embedding", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("model 1 of 1", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_so_few_rows_show_of_no_model_is_told_before_the_work()
    {
        var run = await Swept("--zeros", "0.5", "--min-agreement", "99.9");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("1,000 rows are too few", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("model 1 of 1", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_which_no_file_can_be_made_is_told_before_the_work_and_by_its_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc takes files of nobody.");
        var run = await Swept("--zeros", "0.5", "-o", "/proc/swept");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("/proc/swept: no file can be made in /proc", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("model 1 of 1", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_stays_where_no_model_could_be_written()
    {
        Assert.Equal(ExitCode.Done, (await Swept("--zeros", "0.5", "-o", folder.File("swept"))).ExitCode);
        var old = File.ReadAllText(folder.File("swept/sweep.json"));
        // The name of the model's lock is taken by a folder: that shows when it is written.
        Directory.CreateDirectory(folder.File("swept/.lenet300-zeros-0.6.onnx.gspml-lock"));
        var run = await Swept("--zeros", "0.6", "-o", folder.File("swept"));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Equal(old, File.ReadAllText(folder.File("swept/sweep.json")));
        Assert.Empty(Directory.GetFiles(folder.File("swept"), ".*"));
    }

    [Theory]
    [InlineData("--macs takes whole channels out: it needs --structured", "--macs", "0.5")]
    [InlineData("--zeros and --structured exclude each other", "--structured", "--macs", "0.5")]
    [InlineData("--preset and --presets exclude each other", "--preset", "fast", "--presets", "fast,paper")]
    [InlineData("'fats' is none of paper, fast, accurate; did you mean fast?", "--presets", "fats")]
    [InlineData("one stands there twice", "--presets", "fast,fast")]
    [InlineData("--presets accurate needs --calibration", "--presets", "fast,accurate")]
    [InlineData("--round-to needs --structured", "--round-to", "4")]
    [InlineData("--max-accuracy-drop needs --labels", "--max-accuracy-drop", "1")]
    [InlineData("lies between 0 and 100", "--min-agreement", "101")]
    [InlineData("--keep all needs --output-folder", "--keep", "all")]
    [InlineData("a model is chosen by --max-accuracy-drop or --min-agreement", "--keep", "chosen", "-o", "swept")]
    [InlineData("--preset accurate needs --calibration", "--preset", "accurate")]
    [InlineData("--latency-runs", "--latency-runs", "-1")]
    public async Task What_does_not_go_together_is_wrong_usage(string reason, params string[] options)
    {
        var run = await Swept(["--zeros", "0.5", .. options]);
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(reason, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_a_model_was_fitted_to_cannot_tell_whether_it_keeps_a_limit()
    {
        var run = await Swept("--zeros", "0.5", "--calibration", Models.TestInputs, "--min-agreement", "90");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("only others can tell", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_refused_before_the_work()
    {
        File.WriteAllText(folder.File("file"), "");
        var run = await Swept("--zeros", "0.5", "-o", folder.File("file"));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("is a file; a folder is wanted", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_sweeps_into_one_folder_leave_a_summary_whose_models_are_there()
    {
        var runs = await Task.WhenAll(new[] { "0.5,0.6", "0.7,0.8" }.Select(zeros => Task.Run(()
            => Swept("--zeros", zeros, "--gzip", "never", "-o", folder.File("swept")))));
        Assert.All(runs, run => Assert.True(run.ExitCode == ExitCode.Done, run.Messages));
        var summary = Schemas.Schemas.Valid(File.ReadAllText(folder.File("swept/sweep.json")));
        Assert.All(summary.GetProperty("levels").EnumerateArray(), level =>
        {
            using var model = GspMl.Onnx.OnnxModel.Load(level.GetProperty("file").GetString()!);
            Assert.Equal(level.GetProperty("zeros").GetDouble(), Zeros(model), 9);
        });
        Assert.Equal(5, Directory.GetFileSystemEntries(folder.File("swept")).Length);
    }

    private static double Zeros(GspMl.Onnx.OnnxModel model)
    {
        var layers = GspMl.Onnx.ModelPruner.Measure(model);
        return (double)layers.Sum(layer => layer.ZeroCount) / layers.Sum(layer => layer.Weight.Count);
    }

    private static Task<CommandRun> Swept(params string[] options)
        => CommandRun.Of(["sweep", Models.LeNet300, "--inputs", Models.TestInputs, "--latency-runs", "0", .. options]);
}
