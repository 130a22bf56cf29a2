// Factorises rows that three workers read, each its own: here in one process, on sockets as on machines. One of them is lost on the way.
//
//   dotnet run --project samples/DistributedNmf

using DistributedNmf;
using GspMl.Distributed;
using GspMl.Factorization;

const int workers = 3;
var layout = new ShardLayout(Shards: 6, Groups: workers);
var nmf = new NmfOptions { Rank = GeneratedRows.Parts, BasisSparsity = 0.5, MaxIterations = 40, Tolerance = 0 };
var folder = Directory.CreateTempSubdirectory("gspml-cluster-").FullName;
var options = new ClusterOptions { Folder = folder, MaxThreads = 1 };

// On real machines each worker is a program of its own, and the folder one that all of them see.
var rows = new GeneratedRows();
var members = new List<ClusterWorker>();
for (var i = 0; i < workers; i++) members.Add(await ClusterWorker.StartAsync(options, rows));
await using (var coordinator = await ClusterCoordinator.StartAsync(options))
{
    Console.WriteLine($"{await coordinator.WaitForWorkersAsync(workers, TimeSpan.FromMinutes(1))} workers");
    var run = new ShardRun { Name = "sample", Data = "generated", Output = "coefficients", Layout = layout };
    var progress = new Leaving(members, at: 20);
    var found = await coordinator.FitAsync<float>(run, nmf, progress);
    coordinator.Forget(run);

    var here = await NonnegativeFactorization.FitAsync(layout.Group(GeneratedRows.Local(layout.Shards)), nmf);
    Console.WriteLine($"relative error {found.RelativeError:P2} after {found.Iterations} iterations, sparsity {found.BasisSparsity:F3}");
    Console.WriteLine($"one worker left at iteration 20; {rows.Reads} reads of {layout.Shards} shards");
    Console.WriteLine($"the same bits as without a cluster: {found.Basis.Values.SequenceEqual(here.Basis.Values)}");
}
foreach (var member in members) await member.DisposeAsync();
Directory.Delete(folder, recursive: true);
