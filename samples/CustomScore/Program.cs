// Prunes by a score and an allocation of one's own, beside the built-in ones.
//
//   dotnet run --project samples/CustomScore

using GspMl.Onnx;
using GspMl.Projection;

var model = OnnxModel.Load("onnx-models/lenet5.onnx");
var options = new PruningOptions
{
    Target = SparsityTarget.Zeros(0.8),
    Score = new RelativeMagnitude(),        // which weights of a layer go
    Allocation = new SparedEnds(),          // how many of each layer
    Values = WeightValues.Original,
};
var report = ModelPruner.Prune(model, options).Report;

Console.WriteLine($"score {options.Score}, allocation {options.Allocation}");
foreach (var layer in report.Layers)
    Console.WriteLine($"{layer.Weight.Name,-16} {layer.After.Zeros,7:P1} zeros");

/// <summary>|w| as a part of the norm of its filter and of the norm of all that reads its input: none is left without weights.</summary>
internal sealed class RelativeMagnitude : WeightScore
{
    public override void Score(LayerContext layer, Span<double> scores)
    {
        var (filters, inputs) = (new double[layer.Filters], new double[layer.Inputs]);
        for (var i = 0; i < scores.Length; i++)
        {
            var square = layer.Values[i] * layer.Values[i];
            filters[i / layer.Inputs] += square;
            inputs[i % layer.Inputs] += square;
        }
        for (var i = 0; i < scores.Length; i++)
        {
            var norms = Math.Sqrt(filters[i / layer.Inputs]) + Math.Sqrt(inputs[i % layer.Inputs]);
            scores[i] = norms > 0 ? Math.Abs(layer.Values[i]) / norms : 0;
        }
    }
}

/// <summary>The first and the last layer lose half as much as the target says.</summary>
internal sealed class SparedEnds : LayerAllocation
{
    public override IReadOnlyList<SparsityTarget> Share(AllocationContext context)
        => [.. context.Layers.Select((_, i)
            => i == 0 || i == context.Layers.Count - 1 ? SparsityTarget.Zeros(context.Target.Value / 2) : context.Target)];
}
