// What ML.NET's wrapping costs beside GspMl.Core's own work and beside ML.NET's own transforms, and what topics are worth; ratios measured
// in one run.
//
//   dotnet run -c Release --project benchmarks/GspMl.ML.Benchmarks [wrapping|peers|topics]

using System.Globalization;
using GspMl.ML.Benchmarks;

if (args is ["memory", var how, var kind, var count])
{
    FitMemory.Measure(how, kind, int.Parse(count, CultureInfo.InvariantCulture));
    return;
}
Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}; the least time of runs in turn");
if (args is [] or ["wrapping"])
{
    TransformCost.Print(RowSet.Dense(samples: 500, features: 400));
    TransformCost.Print(RowSet.Sparse(samples: 1_000, features: 5_000, density: 0.01));
    FitCost.Print(RowSet.Dense(samples: 10_000, features: 400));
    FitCost.Print(RowSet.Sparse(samples: 20_000, features: 5_000, density: 0.01));
    FitMemory.Print();
}
if (args is [] or ["peers"]) PeerCost.Print(RowSet.Dense(samples: 20_000, features: 200));
if (args is [] or ["topics"]) TopicsValue.Print();
