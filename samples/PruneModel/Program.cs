// Prunes a trained ONNX model in place of retraining it: reads, prunes, writes, and tells what each layer lost.
//
//   dotnet run --project samples/PruneModel

using GspMl.Onnx;
using GspMl.Projection;

var model = OnnxModel.Load("onnx-models/lenet5.onnx");
var (pruned, report) = ModelPruner.Prune(model, new PruningOptions
{
    Target = SparsityTarget.Zeros(0.5),   // half of each layer's weights …
    Group = WeightGroup.Filter,           // … shared out among its filters by one multiplier
    Values = WeightValues.Original,       // the weights that stay keep their values
});
pruned.Save("artifacts/pruned.onnx");

foreach (var layer in report.Layers)
    Console.WriteLine($"{layer.Weight.Name,-16} {layer.Before.Zeros,7:P1} → {layer.After.Zeros,7:P1} zeros");
