// Judges a pruned model against the dense one, on the same rows; ends with 4 where too many rows change their class.
//
//   dotnet run samples/single-file/prune.cs
//   dotnet run samples/single-file/judge.cs

#:project ../../src/GspMl.Onnx/GspMl.Onnx.csproj
#:package Microsoft.ML.OnnxRuntime

using System.IO.Compression;
using System.Runtime.InteropServices;
using GspMl.Onnx;

using var dense = OnnxModel.Load("onnx-models/lenet5.onnx");
using var pruned = OnnxModel.Load("artifacts/pruned.onnx");
var digits = Numbers<float>("onnx-models/digits-test-inputs.npy.gz");
var labels = Numbers<long>("onnx-models/digits-test-labels.npy.gz");
var data = new EvaluationData([InputTensor.Create("input", digits, [1000, 1, 28, 28])], labels);

var both = ModelEvaluator.Compare(dense, pruned, data);

Console.WriteLine($"accuracy {both.Baseline.Accuracy:P1} → {both.Candidate.Accuracy:P1}");
if (both.Accuracy is { } paired)
    Console.WriteLine($"changed by {paired.Change:P1}; on other rows like these {paired.Interval.Low:P1} to {paired.Interval.High:P1}");
Console.WriteLine($"same class {both.Agreement:P1}, outputs differ by {both.RmsDifference:G3} (RMS)");
return both.Agreement >= 0.95 ? 0 : 4;

// An array of NumPy: after ten bytes and a header's text come the values, row by row.
static T[] Numbers<T>(string path) where T : unmanaged
{
    using var bytes = new MemoryStream();
    using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) gzip.CopyTo(bytes);
    var array = bytes.ToArray();
    return MemoryMarshal.Cast<byte, T>(array.AsSpan(10 + BitConverter.ToUInt16(array, 8))).ToArray();
}
