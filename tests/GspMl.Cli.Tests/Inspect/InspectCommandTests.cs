using System.Text.Json;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Inspect;

public sealed class InspectCommandTests
{
    [Fact]
    public async Task The_four_weights_of_LeNet5_are_listed()
    {
        var run = await CommandRun.Of("inspect", Models.LeNet5, "--format", "json");

        var layers = run.Json.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(["Conv", "Conv", "Gemm", "Gemm"], layers.Select(l => l.GetProperty("operator").GetString()));
        Assert.Equal([20 * 25, 50 * 20 * 25, 500 * 800, 10 * 500], layers.Select(l => l.GetProperty("weights").GetInt32()));
        Assert.Equal(new FileInfo(Models.LeNet5).Length, run.Json.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task The_compressed_size_is_measured_unless_it_is_not_wanted()
    {
        var asked = await CommandRun.Of("inspect", Models.LeNet300, "--format", "json");
        var never = await CommandRun.Of("inspect", Models.LeNet300, "--format", "json", "--gzip", "never");
        var text = await CommandRun.Of("inspect", Models.LeNet300, "--gzip", "never");

        Assert.InRange(asked.Json.GetProperty("gzipBytes").GetInt64(), 1, asked.Json.GetProperty("bytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, never.Json.GetProperty("gzipBytes").ValueKind);
        Assert.DoesNotContain("gzipped", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("noise.onnx");
        File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)0xFF, 200)]);

        var run = await CommandRun.Of("inspect", path);

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(path, run.Messages, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_missing_file_is_refused_by_name()
    {
        var run = await CommandRun.Of("inspect", "nowhere.onnx");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("nowhere.onnx", run.Messages, StringComparison.Ordinal);
    }
}
