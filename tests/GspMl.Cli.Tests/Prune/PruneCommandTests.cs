using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Prune;

public sealed class PruneCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("projected")]
    [InlineData("original")]
    public async Task A_zeros_target_is_met_in_every_layer(string values)
    {
        var run = await Prune("--zeros", "0.7", "--values", values, "--format", "json");

        foreach (var layer in run.Json.GetProperty("layers").EnumerateArray())
            Assert.Equal(0.7, layer.GetProperty("zerosAfter").GetDouble(), 0.005);
        var inspected = await CommandRun.Of("inspect", Pruned, "--format", "json");
        Assert.Equal(run.Json.GetProperty("zeros").GetDouble(), inspected.Json.GetProperty("zeros").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task A_Hoyer_target_is_met_by_the_projected_values()
    {
        var run = await Prune("--sparsity", "0.75", "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        foreach (var layer in run.Json.GetProperty("layers").EnumerateArray())
            Assert.Equal(0.75, layer.GetProperty("hoyerAfter").GetDouble(), 1e-4);
    }

    [Fact]
    public async Task The_model_may_be_pruned_in_place()
    {
        File.Copy(Models.LeNet300, Pruned);

        var run = await CommandRun.Of("prune", Pruned, "-o", Pruned, "--zeros", "0.5");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        Assert.Equal([Pruned], Directory.GetFiles(folder.Path));
        Assert.Equal(new FileInfo(Models.LeNet300).Length, new FileInfo(Pruned).Length);
    }

    [Fact]
    public async Task A_dry_run_reports_and_writes_nothing()
    {
        var run = await CommandRun.Of("prune", Models.LeNet300, "--zeros", "0.5", "--dry-run");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("nothing was written", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Who gives rows expects that weights are fitted to them.</summary>
    [Theory]
    [InlineData(true, "paper")]
    [InlineData(true, "fast")]
    [InlineData(false, "fast", "--score", "activation")]
    [InlineData(false, "fast", "--quiet")]
    public async Task Rows_that_no_weight_is_fitted_to_are_told(bool told, string preset, params string[] more)
    {
        var run = await CommandRun.Of(["prune", Models.LeNet300, "--zeros", "0.5", "--dry-run", "--calibration", Models.TestInputs,
            "--preset", preset, .. more]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(told, run.Messages.Contains("No weight is fitted to the calibration rows", StringComparison.Ordinal));
        Assert.Equal(told && preset == "fast", run.Messages.Contains("compare layers by their outputs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--structured")]
    [InlineData("--structured", "--macs", "0.5")]
    [InlineData("--params", "0.5")]
    [InlineData("--zeros", "0.5", "--round-to", "8")]
    public async Task Whole_channels_have_a_command_of_their_own(params string[] options)
    {
        var run = await Prune(options);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("gspml shrink MODEL.onnx -o OUT.onnx", run.Messages, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task The_report_is_one_page_that_needs_nothing_else()
    {
        var run = await Prune("--zeros", "0.5", "--report", folder.File("report.html"));

        var page = File.ReadAllText(folder.File("report.html"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("fc1.weight", page, StringComparison.Ordinal);
        Assert.Contains("do not make ONNX Runtime&#39;s CPU kernels faster", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_report_of_a_measured_allocation_shows_what_zeros_cost_each_layer()
    {
        var rows = folder.File("rows.npy");
        NpyWriter.Write<float>(rows, NpyReader.Read(Models.TestInputs).As<float>().AsMemory(0, 100 * 784), [100, 784]);

        var run = await Prune("--zeros", "0.8", "--preset", "accurate", "--calibration", rows, "--report", folder.File("report.html"),
            "--format", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^about \d+ s and [\d.,]+ [kM]B of memory, as far as can be told before\s", run.Messages);
        var page = File.ReadAllText(folder.File("report.html"));
        Assert.Contains("What zeros cost", page, StringComparison.Ordinal);
        foreach (var layer in run.Json.GetProperty("layers").EnumerateArray())
            Assert.Contains($"{100 * layer.GetProperty("levels")[1].GetProperty("zeros").GetDouble():F1} %:", page,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.NothingToDo, "nosuch*", "--zeros", "0.5", "--include", "nosuch*")]
    [InlineData(ExitCode.NothingToDo, "typo*", "--zeros", "0.5", "--layer-sparsity", "typo*=0.5")]
    [InlineData(ExitCode.BadInput, "does not exist", "--zeros", "0.5", "--report", "nosuch/report.html")]
    [InlineData(ExitCode.WrongUsage, "wanted GLOB=S", "--zeros", "0.5", "--layer-sparsity", "fc1")]
    [InlineData(ExitCode.WrongUsage, "wanted GLOB=S", "--zeros", "0.5", "--layer-sparsity", "fc1*=0,0")]
    [InlineData(ExitCode.WrongUsage, "exclude each other", "--zeros", "0.5", "--sparsity", "0.5")]
    [InlineData(ExitCode.WrongUsage, "such as 2:4; did you mean columns?", "--zeros", "0.5", "--pattern", "columms")]
    [InlineData(ExitCode.WrongUsage, "--group: 'middle' is none of", "--zeros", "0.5", "--group", "middle")]
    public async Task What_cannot_be_done_leaves_an_earlier_output_alone(int exitCode, string message, params string[] options)
    {
        File.WriteAllText(Pruned, "earlier");

        var run = await Prune(options);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.Equal("earlier", File.ReadAllText(Pruned));
        Assert.Equal([Pruned], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_report_takes_no_place_of_a_model()
    {
        File.Copy(Models.LeNet300, folder.File("dense.onnx"));
        foreach (var report in new[] { folder.File("dense.onnx"), Pruned })
        {
            var run = await CommandRun.Of("prune", folder.File("dense.onnx"), "-o", Pruned, "--zeros", "0.5", "--report", report);
            Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        }
        Assert.Equal(File.ReadAllBytes(Models.LeNet300), File.ReadAllBytes(folder.File("dense.onnx")));
        Assert.Equal([folder.File("dense.onnx")], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Calibration_rows_with_a_number_that_is_none_are_refused_by_name()
    {
        var rows = NpyReader.Read(Models.TestInputs).As<float>()[..(10 * 784)];
        rows[3 * 784 + 5] = float.NaN;
        NpyWriter.Write<float>(folder.File("rows.npy"), rows, 10, 784);

        var run = await Prune("--zeros", "0.5", "--preset", "accurate", "--calibration", folder.File("rows.npy"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("row 3", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_output_nothing_is_done()
    {
        var run = await CommandRun.Of("prune", Models.LeNet300, "--zeros", "0.5");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("-o OUT.onnx", run.Messages, StringComparison.Ordinal);
    }

    private string Pruned => folder.File("pruned.onnx");

    private Task<CommandRun> Prune(params string[] options) => CommandRun.Of(["prune", Models.LeNet300, "-o", Pruned, .. options]);
}
