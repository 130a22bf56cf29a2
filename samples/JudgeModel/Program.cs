// Decides whether a pruned model is good enough: the same rows through both models, then a verdict.
//
//   dotnet run --project samples/JudgeModel -- onnx-models/lenet5.onnx pruned.onnx

using GspMl.Onnx;

if (args is not [var densePath, var prunedPath])
{
    Console.Error.WriteLine("usage: JudgeModel DENSE.onnx PRUNED.onnx");
    return 1;
}

// Any rows of the right shape tell how far the outputs drift; real ones also tell accuracy, through `labels`.
var random = new Random(1);
var rows = Enumerable.Range(0, 200 * 784).Select(_ => random.NextSingle()).ToArray();

#region judge
using var dense = OnnxModel.Load(densePath);
using var pruned = OnnxModel.Load(prunedPath);
var data = new EvaluationData([InputTensor.Create("input", rows, [200, 1, 28, 28])], labels: null);

var both = ModelEvaluator.Compare(dense, pruned, data);

Console.WriteLine($"same class     {both.Agreement:P1}");
Console.WriteLine($"outputs differ {both.RmsDifference:G3} (RMS), {both.MaxDifference:G3} (most)");
Console.WriteLine($"gzipped        {both.Baseline.GzipBytes:N0} → {both.Candidate.GzipBytes:N0} bytes");
Console.WriteLine($"one row        {both.Baseline.SingleRow?.MedianMilliseconds:G3} → {both.Candidate.SingleRow?.MedianMilliseconds:G3} ms");
#endregion

return both.Agreement >= 0.95 ? 0 : 4;
