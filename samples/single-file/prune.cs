// Prunes a trained ONNX model without training: half of each layer's weights become zero.
//
//   dotnet run samples/single-file/prune.cs

#:project ../../src/GspMl.Onnx/GspMl.Onnx.csproj
#:package Microsoft.ML.OnnxRuntime

using GspMl.Onnx;
using GspMl.Projection;

using var model = OnnxModel.Load("onnx-models/lenet5.onnx");
var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5)));
pruned.Save("artifacts/pruned.onnx");

foreach (var layer in report.Layers)
    Console.WriteLine($"{layer.Weight.Name,-16} {layer.Before.Zeros,7:P1} → {layer.After.Zeros,7:P1} zeros");
Console.WriteLine($"gzipped {model.MeasureGzipBytes():N0} → {pruned.MeasureGzipBytes():N0} bytes");
