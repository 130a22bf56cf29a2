using GspMl.Cli.Eval;
using GspMl.Onnx;

namespace GspMl.Cli.Tests.Eval;

public sealed class LayerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_layers_are_told_as_a_table_as_JSON_and_in_the_report()
    {
        var (pruned, report) = (folder.File("pruned.onnx"), folder.File("report.html"));
        await CommandRun.Of("prune", Models.LeNet5, "-o", pruned, "--zeros", "0.7", "--values", "original", "--include", "fc1*");
        string[] command = ["eval", pruned, "--baseline", Models.LeNet5, "--inputs", Models.TestInputs, "--latency-runs", "0", "--layers"];

        var layers = (await CommandRun.Of([.. command, "--format", "json", "--report", report])).Json.GetProperty("layers");

        double Error(int layer, string name) => layers[layer].GetProperty(name).GetDouble();
        Assert.Equal(["/conv1/Conv", "/conv2/Conv", "/fc1/Gemm", "/fc2/Gemm"], layers.EnumerateArray().Select(layer
            => layer.GetProperty("node").GetString()!));
        // Only fc1 was pruned: those before it keep their outputs, the one behind errs by what it inherits alone.
        Assert.True(Error(1, "total") < 1e-5 && Error(2, "inherited") < 1e-5 && Error(2, "own") > 0.05);
        Assert.True(Error(3, "own") < 1e-5 && Error(3, "inherited") > 0.05);
        Assert.Equal(Error(3, "inherited"), Error(3, "total"), 1e-5);
        var text = (await CommandRun.Of(command)).Output;
        Assert.Contains("'/fc1/Gemm' has the largest error of its own", text, StringComparison.Ordinal);
        var page = File.ReadAllText(report);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("/fc1/Gemm", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_has_two_bars_a_layer_and_leaves_out_what_was_not_measured()
    {
        // Drawn for pages and once more for phones.
        var svg = LayerChart.Svg([Layer("<a>", 0.5, 0.25), Layer("b", 9, 0), Layer("c", null, null)]);

        Assert.Equal(2 * 2, svg.Split("height=9 fill=\"var(--second)\" />").Length - 1);
        Assert.Equal(2 * 2, svg.Split("height=9 fill=\"var(--third)\" />").Length - 1);
        Assert.Contains("&lt;a&gt;", svg, StringComparison.Ordinal);
        Assert.Contains("900.0 %", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">c<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_compared_is_told_with_the_reason()
    {
        var words = LayerWords.Of([Layer("a", 0, 0.2) with { Total = 0.2 }, Layer("b", null, null) with { Note = "why" },
            Layer("c", null, null) with { Note = "why" }]).ToList();

        Assert.Equal(["'a' has the largest error of its own: 20.0 % of its output; the first whose output is off by more than 10 % is 'a': "
            + "20.0 %, 0.0 % inherited and 20.0 % its own", "not compared: 'b', 'c': why"], words);
    }

    private static LayerDrift Layer(string node, double? inherited, double? own)
        => new() { Node = node, Operator = "Gemm", Weight = node, Inherited = inherited, Own = own };
}
