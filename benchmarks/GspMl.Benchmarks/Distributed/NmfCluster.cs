using GspMl.Factorization;

namespace GspMl.Benchmarks.Distributed;

/// <summary>
/// What shards cost: <c>bench nmf-cluster one</c>, one shard against the fit in memory; <c>silos</c>, three silos of this process, each on
/// one thread, against the fit in memory; <c>plan</c>, the rate of a large matrix; <c>recovery</c>, a
/// worker process that is killed.
/// </summary>
internal static class NmfCluster
{
    private const int Rounds = 3;
    private const int Fewer = 5;
    private const int More = 45;

    public static void Run(string[] arguments)
    {
        if (arguments.Length == 0) arguments = ["one", "silos", "plan", "recovery"];
        if (arguments.Contains("one")) One();
        if (arguments.Contains("silos")) Silos();
        if (arguments.Contains("plan")) Plan();
        if (arguments.Contains("recovery")) Recovery.RunAsync().GetAwaiter().GetResult();
    }

    private static void One()
    {
        Console.WriteLine("CPU of an iteration, one thread: one shard against Fit");
        foreach (var (name, data) in ClusterData.All())
        {
            var whole = data.Rows(0, 1);
            var (fit, shard) = Cpu.OfIterations(Rounds, Fewer, More,
                options => NonnegativeFactorization.Fit(whole, options),
                options => NonnegativeFactorization.FitAsync([new MemoryShard<float>(whole, 1)], options).GetAwaiter().GetResult());
            Report(name, "one shard", fit, shard);
        }
    }

    private static void Silos()
    {
        const int Count = 3;
        Console.WriteLine("CPU of an iteration, one thread each: three silos, and three shards of one process, against Fit");
        foreach (var (name, data) in ClusterData.All())
        {
            using var cluster = new SilosHere(data, Count);
            var whole = data.Rows(0, 1);
            MemoryShard<float>[] Cut() => [.. Enumerable.Range(0, Count).Select(i => new MemoryShard<float>(data.Rows(i, Count), 1))];
            var (fit, shards) = Cpu.OfIterations(Rounds, Fewer, More,
                options => NonnegativeFactorization.Fit(whole, options),
                options => NonnegativeFactorization.FitAsync(Cut(), options).GetAwaiter().GetResult());
            Report(name, "3 shards", fit, shards);
            (fit, var silos) = Cpu.OfIterations(Rounds, Fewer, More, options => NonnegativeFactorization.Fit(whole, options), cluster.Fit);
            Report(name, "3 silos", fit, silos);
        }
    }

    /// <summary>The rate that the plan for a large matrix is made from: a basis of 40 MB, beyond the caches.</summary>
    private static void Plan()
    {
        const int Samples = 4096;
        const int Features = 100_000;
        const int Wide = 100;
        var rows = ClusterData.Sparse(Samples, Features).Rows(0, 1);
        void Fit(NmfOptions options) =>
            NonnegativeFactorization.FitAsync([new MemoryShard<float>(rows, 1)], options).GetAwaiter().GetResult();
        var seconds = Enumerable.Range(0, Rounds).Min(_ => Cpu.OfIteration(Fit, 3, 13, Wide));
        var products = 2.0 * rows.StoredValues * Wide;
        Console.WriteLine($"Plan: {Samples} rows of {Features} features, {rows.StoredValues / Samples} stored, rank {Wide}, one thread:");
        Console.WriteLine($"  an iteration {seconds:F3} s, {1e6 * seconds / Samples:F1} µs a row");
        Console.WriteLine($"  {products / seconds / 1e9:F1} G multiply-adds/s of the products");
    }

    private static void Report(string data, string what, double fit, double other) =>
        Console.WriteLine($"  {data}: Fit {1000 * fit:F1} ms, {what} {1000 * other:F1} ms: {other / fit:F2} x");
}
