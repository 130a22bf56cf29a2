using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Cli.Shrink;
using GspMl.Onnx;

namespace GspMl.Cli.Tests.Shrink;

public sealed class ShrinkCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_fraction_of_multiply_accumulates_goes_and_the_file_is_smaller()
    {
        var run = await Shrink("--macs", "0.5", "--round-to", "1", "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        Assert.InRange(run.Json.GetProperty("macsGone").GetDouble(), 0.5, 0.55);
        Assert.Equal(new FileInfo(Smaller).Length, run.Json.GetProperty("after").GetProperty("bytes").GetInt64());
        Assert.True(new FileInfo(Smaller).Length < new FileInfo(Models.LeNet5).Length);
        var inspected = await CommandRun.Of("inspect", Smaller, "--format", "json");
        var sets = run.Json.GetProperty("sets").EnumerateArray()
            .ToDictionary(set => set.GetProperty("layers")[0].GetString()!, set => set.GetProperty("after").GetInt64());
        Assert.All(inspected.Json.GetProperty("layers").EnumerateArray(),
            layer => Assert.Equal(sets[layer.GetProperty("name").GetString()!], layer.GetProperty("shape")[0].GetInt64()));
    }

    [Fact]
    public async Task A_fraction_of_the_time_goes_and_what_runs_take_is_told()
    {
        var run = await Shrink("--latency", "0.01", "--params", "0.3", "--rows", "4", "--threads", "1", "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        Assert.True(run.Json.GetProperty("parametersGone").GetDouble() >= 0.3);
        var latency = run.Json.GetProperty("latency");
        Assert.Equal(4, latency.GetProperty("rows").GetInt32());
        var median = latency.GetProperty("ratio").GetProperty("median").GetDouble();
        Assert.True(median > 0);
        Assert.True(median <= 0.99 || !latency.GetProperty("isShown").GetBoolean());
    }

    [Fact]
    public void Times_that_show_nothing_are_said_to_show_nothing()
    {
        LatencyRatio ratio = new(2.89, new(0.02, 20));

        Assert.EndsWith("not shown: this machine's times vary too much.", $"{new TimedRuns(4, ratio, IsShown: false)}",
            StringComparison.Ordinal);
        Assert.EndsWith("of the dense model's time here.", $"{new TimedRuns(4, ratio, IsShown: true)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_names_what_stays_and_why()
    {
        var run = await CommandRun.Of("shrink", Models.LeNet5, "--params", "0.4", "--dry-run");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        Assert.Contains("it is output 'logits' of the model", run.Output, StringComparison.Ordinal);
        Assert.Contains("conv2.weight", run.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was written", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task What_goes_with_a_layers_channels_is_explained_and_nothing_written()
    {
        var free = await CommandRun.Of("shrink", Models.LeNet5, "--explain", "conv1.weight", "--format", "json");
        var held = await CommandRun.Of("shrink", Models.LeNet5, "--explain", "logits");
        var unknown = await CommandRun.Of("shrink", Models.LeNet5, "--explain", "nosuch");

        Assert.Equal((0, 0, ExitCode.NothingToDo), (free.ExitCode, held.ExitCode, unknown.ExitCode));
        var set = free.Json.GetProperty("sets").EnumerateArray().Single();
        Assert.Equal(["conv1.weight"], set.GetProperty("layers").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["conv2.weight"], set.GetProperty("readers").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains("10 channels of logits stay: it is output 'logits' of the model.", held.Output, StringComparison.Ordinal);
        Assert.Contains("'nosuch'", unknown.Messages, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("-o", "x.onnx", "--output")]
    [InlineData("--macs", "0.5", "--macs")]
    [InlineData("--report", "x.html", "--report")]
    [InlineData("--round-to", "4", "--round-to")]
    public async Task An_explanation_takes_no_options_of_changes(string option, string value, string name)
    {
        var run = await CommandRun.Of("shrink", Models.LeNet5, "--explain", "conv1.weight", option, value);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains($"it does not go with {name}.", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_calibration_the_readers_are_refitted_and_the_report_is_one_page()
    {
        var rows = folder.File("rows.npy");
        NpyWriter.Write<float>(rows, NpyReader.Read(Models.TestInputs).As<float>().AsMemory(0, 100 * 784), [100, 1, 28, 28]);

        var run = await Shrink("--macs", "0.5", "--calibration", rows, "--report", folder.File("report.html"), "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        Assert.Contains("score saliency, values reconstructed", run.Json.GetProperty("asked").GetString(), StringComparison.Ordinal);
        var page = File.ReadAllText(folder.File("report.html"));
        Assert.Contains("conv1.weight", page, StringComparison.Ordinal);
        Assert.Contains("of the multiply-accumulates", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(ExitCode.WrongUsage, "--sparsity and --params exclude each other", "--sparsity", "0.5", "--params", "0.5")]
    [InlineData(ExitCode.WrongUsage, "give --sparsity S, --macs F, --params F, --bytes F or --latency F")]
    [InlineData(ExitCode.WrongUsage, "--rows is for --latency", "--macs", "0.5", "--rows", "8")]
    [InlineData(ExitCode.WrongUsage, "--rows 0: a run has at least one row", "--latency", "0.5", "--rows", "0")]
    [InlineData(ExitCode.BadInput, "of the time", "--latency", "1")]
    [InlineData(ExitCode.WrongUsage, "--macs 1.5: not between 0 and 1", "--macs", "1.5")]
    [InlineData(ExitCode.WrongUsage, "--values reconstructed needs --calibration", "--macs", "0.5", "--values", "reconstructed")]
    [InlineData(ExitCode.WrongUsage, "--score saliency needs --calibration", "--macs", "0.5", "--score", "saliency")]
    [InlineData(ExitCode.WrongUsage, "--round-to 0: not at least 1", "--macs", "0.5", "--round-to", "0")]
    [InlineData(ExitCode.NothingToDo, "nosuch*", "--macs", "0.5", "--include", "nosuch*")]
    [InlineData(ExitCode.NothingToDo, "no channel can be taken out", "--macs", "0.5", "--include", "fc2*")]
    [InlineData(ExitCode.BadInput, "is the most", "--macs", "1")]
    public async Task What_cannot_be_done_is_told_and_nothing_written(int exitCode, string message, params string[] options)
    {
        var run = await Shrink(options);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private string Smaller => folder.File("smaller.onnx");

    private Task<CommandRun> Shrink(params string[] options) => CommandRun.Of(["shrink", Models.LeNet5, "-o", Smaller, .. options]);
}
