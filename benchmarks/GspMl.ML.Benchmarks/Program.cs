// What ML.NET's wrapping costs beside GspMl.Core's own work, as ratios measured in one run.
//
//   dotnet run -c Release --project benchmarks/GspMl.ML.Benchmarks

using System.Globalization;
using GspMl.ML.Benchmarks;

if (args is ["memory", var how, var kind, var count])
{
    FitMemory.Measure(how, kind, int.Parse(count, CultureInfo.InvariantCulture));
    return;
}
if (args is ["peers"])
{
    PeerCost.Print(RowSet.Dense(samples: 20_000, features: 200));
    return;
}
if (args is ["topics"])
{
    TopicsValue.Print();
    return;
}
Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}; the least time of runs in turn");
foreach (var rows in new[] { RowSet.Dense(samples: 500, features: 400), RowSet.Sparse(samples: 1_000, features: 5_000, density: 0.01) })
    TransformCost.Print(rows);
foreach (var rows in new[] { RowSet.Dense(samples: 10_000, features: 400), RowSet.Sparse(samples: 20_000, features: 5_000, density: 0.01) })
    FitCost.Print(rows);
FitMemory.Print();
