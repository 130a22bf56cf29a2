using System.Numerics;
using GspMl.Cli.Cluster;
using GspMl.Cli.Parts;
using GspMl.Cli.Pictures;
using GspMl.Cli.Shell;
using GspMl.Distributed;
using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary>
/// A factorisation on a cluster: workers read the rows of their shards and write the coefficients, this process has the basis. What is of
/// Orleans is named here and in <see cref="Cluster"/> alone, so that no other command loads it.
/// </summary>
/// <param name="Member">The cluster.</param>
/// <param name="Data">The rows.</param>
/// <param name="Options">The factorisation.</param>
/// <param name="Folder">Where results go.</param>
/// <param name="Picture">How features are pixels; null: they are none.</param>
internal sealed record ClusterNmf(ClusterOptions Member, PartSet Data, NmfOptions Options, string Folder, PictureShape? Picture)
{
    private static readonly TimeSpan Joining = TimeSpan.FromSeconds(60);

    /// <summary>How many shards the rows are cut into; null: one for each worker.</summary>
    public int? Shards { get; init; }

    /// <summary>How many workers are waited for.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Whether to go on with the run that was lost last.</summary>
    public bool Resume { get; init; }

    public Task<NmfRunResult> RunAsync(ProgressBar bar, CancellationToken cancel) =>
        Data.IsDouble ? RunAsync<double>(bar, cancel) : RunAsync<float>(bar, cancel);

    private async Task<NmfRunResult> RunAsync<T>(ProgressBar bar, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check();
        await using var coordinator = await ClusterCoordinator.StartAsync(Member, cancel).ConfigureAwait(false);
        var workers = await coordinator.WaitForWorkersAsync(Workers, Joining, cancel).ConfigureAwait(false);
        if (workers < Workers)
            throw CommandException.Input(
                $"{Member.Folder}: the cluster has {workers} of {Workers} workers; gspml worker --cluster {Member.Folder} starts one.");
        var run = Resume ? Lost(coordinator) : New(workers);
        var isNew = !Directory.Exists(Folder);
        Directory.CreateDirectory(Folder);
        NmfResult<T> result;
        try { result = await FitAsync<T>(coordinator, run, bar, cancel).ConfigureAwait(false); }
        catch (OperationCanceledException)
        {
            if (isNew && !Directory.EnumerateFileSystemEntries(Folder).Any()) Directory.Delete(Folder);
            throw new CommandException(ExitCode.Cancelled, $"cancelled; the run stays in {Member.Folder}, and --resume goes on with it.");
        }
        var written = NmfOutput.Write(Folder, Manifest(run), Options, result, Picture);
        coordinator.Forget(run);
        DeleteOthers(run);
        return written;
    }

    /// <summary>What is wrong is told before anybody waits for workers.</summary>
    private void Check()
    {
        if (Shards is { } shards) Data.CheckShards(shards);
        try { NonnegativeFactorization.CheckSharded(Options); }
        catch (ArgumentException e) { throw CommandException.Usage(CommandException.Text(e)); }
    }

    private async Task<NmfResult<T>> FitAsync<T>(ClusterCoordinator coordinator, ShardRun run, ProgressBar bar, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            var progress = new FactorizationProgressBar(bar, Options.MaxIterations);
            return await coordinator.FitAsync<T>(run, Options, progress, cancel).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw CommandException.Usage(CommandException.Text(e));
        }
        catch (Exception e) when (e is InvalidDataException or TimeoutException)
        {
            throw CommandException.Input(e.Message);
        }
        finally
        {
            bar.Clear();
        }
    }

    private ShardRun New(int workers)
    {
        var shards = Shards ?? (int)Math.Clamp(Data.Rows / PartSet.CutRows, 1, workers);
        Data.CheckShards(shards);
        var name = $"nmf-{Guid.NewGuid():N}"[..12];
        return new()
        {
            Name = name,
            Data = Data.ToJson(),
            Output = Path.Combine(Path.GetFullPath(Folder), $"coefficients-{name}"),
            Layout = new(shards, Math.Min(shards, workers)),
        };
    }

    private ShardRun Lost(ClusterCoordinator coordinator)
    {
        var folder = Path.GetFullPath(Folder);
        return coordinator.Runs().FirstOrDefault(run => run.Data == Data.ToJson() && Path.GetDirectoryName(run.Output) == folder)
            ?? throw CommandException.Input($"{Member.Folder}: has no run of this data into {Folder} to go on with.");
    }

    private CoefficientManifest Manifest(ShardRun run) => new(Data.Rows, Data.Features, Options.Rank,
        [.. Enumerable.Range(0, run.Layout.Shards).Select(shard => CoefficientsOf(run, shard))]);

    private CoefficientFile CoefficientsOf(ShardRun run, int shard)
    {
        var (first, end) = (Data.FirstRow(shard, run.Layout.Shards), Data.FirstRow(shard + 1, run.Layout.Shards));
        return new(Path.GetFileName(PartRows.PathOf(run.Output, shard)), first, end - first);
    }

    /// <summary>Coefficients of runs before belong to bases that are no more.</summary>
    private void DeleteOthers(ShardRun run)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "coefficients-nmf-*.npy"))
        {
            if (!Path.GetFullPath(file).StartsWith(run.Output, StringComparison.Ordinal)) File.Delete(file);
        }
    }
}
