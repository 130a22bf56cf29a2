using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Check;

public sealed class CheckCommandTests
{
    [Fact]
    public async Task Every_layer_has_a_verdict_of_every_runtime()
    {
        var run = await CommandRun.Of("check", Models.LeNet5, "--format", "json");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Messages));
        var layers = run.Json.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(4, layers.Count);
        Assert.All(layers, layer => Assert.Equal(["ONNX Runtime CPU", "TensorRT", "OpenVINO CPU", "Core ML"],
            layer.GetProperty("runtimes").EnumerateArray().Select(verdict => verdict.GetProperty("runtime").GetString())));
    }

    [Fact]
    public async Task The_text_tells_each_reason_once()
    {
        var run = await CommandRun.Of("check", Models.LeNet5);

        Assert.Equal(4, run.Output.Split("gains nothing: the layer has hardly any zeros").Length - 1);
        Assert.Contains("TensorRT, every layer: ", run.Output, StringComparison.Ordinal);
    }
}
