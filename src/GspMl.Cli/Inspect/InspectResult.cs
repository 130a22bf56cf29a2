using System.Text.Json.Serialization;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Inspect;

/// <summary>What <c>gspml inspect</c> reports.</summary>
internal sealed record InspectResult(
    string Model, long Bytes, long? GzipBytes, long Weights, double Zeros, IReadOnlyList<InspectedLayer> Layers,
        IReadOnlyList<SkippedTensor> LeftAlone) : CommandResult
{
    protected override string SchemaName => "gspml-inspect-1";

    /// <summary>Whether the text lists biases and other vectors too; the JSON form always does.</summary>
    [JsonIgnore]
    public bool ListAll { get; init; }

    public static InspectResult Of(OnnxModel model, long? gzipBytes)
    {
        var layers = ModelPruner.Measure(model).Select(InspectedLayer.Of).ToList();
        var count = layers.Sum(l => l.Weights);
        var zeros = count == 0 ? 0 : layers.Sum(l => l.Zeros * l.Weights) / count;
        return new(model.Path, model.MeasureBytes(), gzipBytes, count, zeros, layers, model.Skipped);
    }

    public override void WriteText(IAnsiConsole console)
    {
        var table = Format.Table("<weight", "<node", "<operator", "<type", "<shape", "weights", "zeros", "Hoyer");
        foreach (var layer in Layers)
            table.Row(layer.Name, layer.Node, layer.Operator, layer.Type, Format.Shape(layer.Shape), $"{layer.Weights:N0}",
                Format.Percent(layer.Zeros), Format.Sparsity(layer.Hoyer));
        console.Write(table);
        console.MarkupInterpolated($"{Model}: {Weights:N0} prunable weights in {Layers.Count} tensors, {Format.Percent(Zeros)} zeros; ");
        console.MarkupLineInterpolated($"{Format.Size(Bytes, GzipBytes)}");
        WriteLeftAlone(console);
    }

    private void WriteLeftAlone(IAnsiConsole console)
    {
        var listed = LeftAlone.Where(tensor => ListAll || tensor.Shape.Count(extent => extent > 1) >= 2).ToList();
        if (listed.Count > 0)
        {
            var table = Format.Table("<left alone", "<type", "<shape", "<because");
            foreach (var tensor in listed) table.Row(tensor.Name, $"{tensor.ElementType}".ToLowerInvariant(), Format.Shape(tensor.Shape),
                tensor.Reason);
            console.Write(table);
        }
        if (listed.Count < LeftAlone.Count)
            console.MarkupLineInterpolated(
                $"{LeftAlone.Count - listed.Count} biases, scales and other vectors or scalars are left alone too (--all lists them).");
    }
}

/// <summary>One weight tensor as it is in the file.</summary>
internal sealed record InspectedLayer(string Name, string Node, string Operator, string Type, IReadOnlyList<long> Shape, long Weights,
    double Zeros, double Hoyer)
{
    public static InspectedLayer Of(LayerSparsity layer) =>
        new(layer.Weight.Name, layer.Weight.Node, layer.Weight.Operator, $"{layer.Weight.ElementType}".ToLowerInvariant(),
            layer.Weight.Shape, layer.Weight.Count, layer.Zeros, layer.Hoyer);
}
