using System.Reflection;
using BenchmarkDotNet.Running;
using GspMl.Benchmarks.Distributed;
using GspMl.Benchmarks.Factorization;
using GspMl.Benchmarks.Gpu;
using GspMl.Benchmarks.Onnx;
using GspMl.Benchmarks.Patterns;
using GspMl.Benchmarks.Projection;
using GspMl.Benchmarks.Pruning;
using GspMl.Benchmarks.RealModels;
using GspMl.Benchmarks.Tuning;

// `dotnet run -c Release --project benchmarks/GspMl.Benchmarks -- projection` runs a comparison program by its name; any other arguments go
// to BenchmarkDotNet.
var comparisons = new Dictionary<string, Action<string[]>>
{
    ["projection"] = ProjectionComparison.Run,
    ["ties"] = TiesComparison.Run,
    ["nmf-paper"] = NmfPaper.Run,
    ["nmf-peers"] = NmfPeers.Run,
    ["nmf-memory"] = NmfMemory.Run,
    ["nmf-cluster"] = NmfCluster.Run,
    ["onnx-size"] = arguments => OnnxSize.Run(arguments),
    ["prune-accuracy"] = PruneAccuracyComparison.Run,
    ["prune-tune"] = HeldBackComparison.Run,
    ["shrink"] = ShrinkComparison.Run,
    ["shrink-tune"] = ShrinkHeldBack.Run,
    ["shrink-chain"] = ShrinkChain.Run,
    ["shrink-latency"] = ShrinkLatency.Run,
    ["shrink-order"] = ShrinkOrder.Run,
    ["patterns"] = PatternPrograms.Run,
    ["real-models"] = RealModelPrograms.Run,
    ["gpu"] = GpuCheck.Run,
    ["tuning"] = TuningPrograms.Run,
};

if (args.Length > 0 && comparisons.TryGetValue(args[0], out var run))
{
    run(args[1..]);
    return Environment.ExitCode;
}
if (args.Length == 0)
{
    Console.WriteLine($"usage: bench {string.Join(" | ", comparisons.Keys)} | [BenchmarkDotNet arguments, e.g. --filter '*']");
    return 1;
}
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;
