namespace GspMl.Cli.Tests.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task The_demo_tells_the_truth_at_both_levels()
    {
        using var folder = new TemporaryFolder();

        var run = await CommandRun.Of("demo", "--out", folder.Path, "--format", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(0.991, run.Json.GetProperty("dense").GetProperty("accuracy").GetDouble(), 1e-9);
        var levels = run.Json.GetProperty("levels").EnumerateArray().ToList();
        Assert.InRange(Accuracy(levels[0], "kept"), 0.975, 1);
        Assert.InRange(Accuracy(levels[1], "kept"), 0.3, 0.95);
        Assert.Equal(0.8, levels[1].GetProperty("kept").GetProperty("zeros").GetDouble(), 0.005);
        Assert.InRange(Accuracy(levels[1], "repaired"), 0.975, 1);
        Assert.Equal(6, Directory.GetFiles(folder.Path, "lenet5-*.onnx").Length);
        var parts = run.Json.GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(0.9, parts[1].GetProperty("basisSparsity").GetDouble(), 1e-3);
        Assert.InRange(parts[1].GetProperty("relativeError").GetDouble(), parts[0].GetProperty("relativeError").GetDouble(), 0.6);
        Assert.All(parts, p => Assert.True(new FileInfo(p.GetProperty("picture").GetString()!).Length > 1000));
    }

    private static double Accuracy(System.Text.Json.JsonElement level, string values) =>
        level.GetProperty(values).GetProperty("model").GetProperty("accuracy").GetDouble();
}
