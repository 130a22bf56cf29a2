using System.Text.Json.Serialization;
using GspMl.Cli.Text;
using GspMl.Onnx;
using GspMl.Projection;
using Spectre.Console;

namespace GspMl.Cli.Prune;

/// <summary>What pruning did to one weight tensor.</summary>
internal sealed record PrunedLayer(
    string Name, string Node, string Operator, IReadOnlyList<long> Shape, long Weights,
    double ZerosBefore, double ZerosAfter, double HoyerBefore, double HoyerAfter, double Multiplier, ProjectionEnding Ending,
    string Shortfall, string Reason, double? OutputError, IReadOnlyList<MeasuredLevel> Levels)
{
    /// <summary>What was chosen and why, and what fell short.</summary>
    [JsonIgnore]
    public string Note
    {
        get
        {
            var reason = Reason.Length > 0 ? Reason : $"μ = {Multiplier:G4}, {Ending}".ToLowerInvariant();
            return Shortfall.Length > 0 ? $"{reason}; {Shortfall}" : reason;
        }
    }

    public static PrunedLayer Of(LayerPruning layer) =>
        new(layer.Weight.Name, layer.Weight.Node, layer.Weight.Operator, layer.Weight.Shape, layer.Weight.Count,
            layer.Before.Zeros, layer.After.Zeros, layer.Before.Hoyer, layer.After.Hoyer, layer.Multiplier, layer.Ending, layer.Shortfall,
                layer.Reason, layer.OutputError, layer.Levels);

    public static Table Table(IEnumerable<PrunedLayer> layers)
    {
        var table = Format.Table("<weight", "<operator", "<shape", "weights", "zeros before", "after", "Hoyer before", "after");
        foreach (var layer in layers)
        {
            table.Row(layer.Name, layer.Operator, Format.Shape(layer.Shape), $"{layer.Weights:N0}",
                Format.Percent(layer.ZerosBefore), Format.Percent(layer.ZerosAfter), Format.Sparsity(layer.HoyerBefore),
                    Format.Sparsity(layer.HoyerAfter));
        }
        return table;
    }
}
