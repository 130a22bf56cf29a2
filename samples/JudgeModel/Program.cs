// Decides whether a pruned model is good enough: the same rows through both models, then a verdict.
//
//   dotnet run --project samples/PruneModel
//   dotnet run --project samples/JudgeModel

using System.IO.Compression;
using System.Runtime.InteropServices;
using GspMl.Onnx;

var candidate = args is [var path] ? path : "artifacts/pruned.onnx";
if (!File.Exists(candidate))
{
    Console.Error.WriteLine($"{candidate} is not there: samples/PruneModel writes it.");
    return 2;
}
var dense = OnnxModel.Load("onnx-models/lenet5.onnx");
var pruned = OnnxModel.Load(candidate);
var rows = Digits("onnx-models/digits-calibration-inputs.npy.gz");
// Unlabelled rows tell how far the outputs drift; labels would tell the accuracy too.
var data = new EvaluationData([InputTensor.Create("input", rows, [1000, 1, 28, 28])], labels: null);

var both = ModelEvaluator.Compare(dense, pruned, data);

Console.WriteLine($"same class     {both.Agreement:P1}, {both.ChangedRows.Count} rows changed theirs");
Console.WriteLine($"outputs differ {both.RmsDifference:G3} (RMS), {both.MaxDifference:G3} (most)");
Console.WriteLine($"gzipped        {both.Baseline.GzipBytes:N0} → {both.Candidate.GzipBytes:N0} bytes");
var chance = both.SingleRow?.IsMeasurable == true ? "" : ", no measurable difference";
Console.WriteLine($"one row        {both.SingleRow?.Median:F2} × the time{chance}");

// Where the damage starts: what each layer inherits from those before it, and what it adds.
foreach (var layer in ModelEvaluator.CompareLayers(dense, pruned, data))
    Console.WriteLine($"{layer.Node,-14} inherits {layer.Inherited:P1}, adds {layer.Own:P1}, is off by {layer.Total:P1}");

return both.Agreement >= 0.95 ? 0 : 4;

// The digits lie beside the model: after the header's ten bytes and its text come float32 values, row by row.
static float[] Digits(string path)
{
    using var buffer = new MemoryStream();
    using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) gzip.CopyTo(buffer);
    var bytes = buffer.ToArray();
    return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8))).ToArray();
}
