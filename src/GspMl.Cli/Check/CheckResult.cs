using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Check;

/// <summary>What <c>gspml check</c> reports.</summary>
internal sealed record CheckResult(string Model, IReadOnlyList<CheckedLayer> Layers) : CommandResult
{
    protected override string SchemaName => "gspml-check-1";

    public static CheckResult Of(OnnxModel model, RuntimeReport report) => new(model.Path, [.. report.Layers.Select(CheckedLayer.Of)]);

    public override void WriteText(IAnsiConsole console)
    {
        if (Layers.Count == 0)
        {
            console.MarkupLineInterpolated($"{Model} holds no weight that can be pruned.");
            return;
        }
        string[] runtimes = [.. Layers[0].Runtimes.Select(verdict => verdict.Runtime)];
        var table = Format.Table(["<weight", "<operator", "<shape", "zeros", "<pattern", .. runtimes.Select(name => $"<{name}")]);
        foreach (var layer in Layers)
            table.Row([layer.Name, layer.Operator, Format.Shape(layer.Shape), Format.Percent(layer.Zeros),
                layer.Patterns.Count == 0 ? "–" : string.Join("; ", layer.Patterns), .. layer.Runtimes.Select(Cell)]);
        console.Write(table);
        foreach (var runtime in runtimes) WriteReasons(console, runtime);
    }

    private static string Cell(RuntimeVerdict verdict)
        => !verdict.Gains ? "no" : verdict.PredictedRatio is { } ratio ? $"about {ratio:F2}" : "yes";

    /// <summary>Each reason once, with the layers that it holds for.</summary>
    private void WriteReasons(IAnsiConsole console, string runtime)
    {
        var reasons = Layers.SelectMany(layer => layer.Runtimes.Where(verdict => verdict.Runtime == runtime)
            .Select(verdict => (layer.Name, verdict.Gains, verdict.Reason))).GroupBy(line => (line.Gains, line.Reason));
        foreach (var lines in reasons)
        {
            var names = lines.Count() == Layers.Count ? "every layer" : lines.Count() == 1 ? lines.First().Name : $"{lines.Count()} layers";
            console.MarkupLineInterpolated($"{runtime}, {names}: {(lines.Key.Gains ? "gains" : "gains nothing")}: {lines.Key.Reason}.");
        }
    }
}

/// <summary>One layer's zeros, and what runtimes do with them.</summary>
internal sealed record CheckedLayer(string Name, string Node, string Operator, IReadOnlyList<long> Shape, double Zeros,
    IReadOnlyList<string> Patterns, IReadOnlyList<RuntimeVerdict> Runtimes)
{
    public static CheckedLayer Of(LayerRuntimes layer)
        => new(layer.Weight.Name, layer.Weight.Node, layer.Weight.Operator, layer.Weight.Shape, layer.Zeros,
            layer.Patterns, layer.Verdicts);
}
