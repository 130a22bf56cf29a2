using System.Text;
using System.Text.Json;
using GspMl.Cli.Npy;
using GspMl.Cli.Parts;
using GspMl.Cli.Shell;
using GspMl.Distributed;
using GspMl.Factorization;

namespace GspMl.Cli.Tests.Cluster;

public sealed class ClusterNmfTests : IDisposable
{
    private const int Features = 60;
    private const int Rank = 8;
    private const int Iterations = 160;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_killed_worker_and_a_killed_coordinator_leave_the_bits_of_one_process()
    {
        string[] nmf =
        [
            "nmf", WriteParts(), "--rank", $"{Rank}", "--sparsity", "0.5", "--max-iterations", $"{Iterations}", "--tolerance", "0",
            "--cluster", folder.File("cluster"), "--dead-after", "3", "--out", folder.File("out"), "--threads", "1",
        ];
        using var first = Worker();
        using var second = Worker();
        using (var coordinator = new Tool([.. nmf, "--workers", "2", "--shards", "4"]))
        {
            await Logged(answers: 20, coordinator);
            second.Kill();
            await Logged(answers: 40, coordinator);
            coordinator.Kill();
        }
        using var resumed = new Tool([.. nmf, "--resume", "--format", "json"]);
        var (code, text) = await resumed.EndAsync();

        Assert.True(code == 0, text);
        var set = PartSet.Of([folder.File("data")]);
        var shards = Enumerable.Range(0, 4)
            .Select(i => new MemoryShard<float>(PartReader.Read<float>(set, set.FirstRow(i, 4), set.FirstRow(i + 1, 4)))).ToArray();
        var expected = await NonnegativeFactorization.FitAsync(new ShardLayout(4, 2).Group(shards),
            new() { Rank = Rank, BasisSparsity = 0.5, MaxIterations = Iterations, Tolerance = 0 });
        Assert.Equal(expected.Basis.Values, NpyReader.Read(folder.File("out/basis.npy")).As<float>());
        var manifest = JsonDocument.Parse(File.ReadAllText(folder.File("out/manifest.json"))).RootElement;
        var files = manifest.GetProperty("coefficients").EnumerateArray().Select(file => file.GetProperty("file").GetString()!).ToList();
        Assert.Equal(shards.SelectMany(shard => shard.Coefficients.Values),
            files.SelectMany(file => NpyReader.Read(folder.File($"out/{file}")).As<float>()));
        Assert.Empty(Directory.EnumerateDirectories(folder.File("cluster/runs")));
    }

    [Fact]
    public async Task Without_a_cluster_nothing_of_Orleans_is_loaded()
    {
        WriteParts();
        var trace = folder.File("loads.nettrace");
        const string LoaderEvents = "Microsoft-Windows-DotNETRuntime:0x8:4";
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_EnableEventPipe"] = "1",
            ["DOTNET_EventPipeOutputPath"] = trace,
            ["DOTNET_EventPipeConfig"] = LoaderEvents,
        };
        using var tool = new Tool(environment,
            "nmf", folder.File("data/a.npy"), "--rank", "2", "--max-iterations", "2", "--out", folder.File("out"));
        var (code, text) = await tool.EndAsync();
        Assert.True(code == 0, text);
        var loaded = Encoding.Unicode.GetString(File.ReadAllBytes(trace)) + Encoding.Unicode.GetString(File.ReadAllBytes(trace)[1..]);
        Assert.Contains("GspMl.Core", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("Orleans", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("GspMl.Distributed", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("Parquet", loaded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_coordinator_says_how_to_go_on_and_leaves_no_empty_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no SIGINT is sent there");
        using var worker = Worker();
        using var coordinator = new Tool("nmf", WriteParts(), "--rank", $"{Rank}", "--max-iterations", "100000", "--tolerance", "0",
            "--cluster", folder.File("cluster"), "--dead-after", "3", "--out", folder.File("out"), "--threads", "1");
        await Logged(answers: 5, coordinator);
        coordinator.Interrupt();
        var (code, text) = await coordinator.EndAsync();

        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Contains($"cancelled; the run stays in {folder.File("cluster")}, and --resume goes on with it.", text,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Theory]
    [InlineData("--resume needs --cluster", "--resume")]
    [InlineData("--shards needs --cluster", "--shards", "2")]
    [InlineData("--dead-after 0: not 1 to 3600 seconds", "--cluster", "c", "--dead-after", "0")]
    [InlineData("--address here: is no IP address", "--cluster", "c", "--address", "here")]
    [InlineData("--address 192.0.2.1: is no address of this machine", "--cluster", "c", "--address", "192.0.2.1")]
    [InlineData("--shards 0", "--cluster", "c", "--shards", "0")]
    [InlineData("couples all samples", "--cluster", "c", "--coefficient-sparsity", "0.5")]
    [InlineData("takes a singular value decomposition of all the data", "--cluster", "c", "--init", "nndsvd")]
    [InlineData("--batch does not go with --cluster", "--cluster", "c", "--batch", "5")]
    [InlineData("--workers 0: not at least 1", "--cluster", "c", "--workers", "0")]
    public async Task Options_that_make_no_sense_are_refused_before_anything_starts(string message, params string[] options)
    {
        WriteParts();
        var run = await CommandRun.Of(["nmf", folder.File("data"), "--rank", "2", "--out", folder.File("out"), .. options]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.False(Directory.Exists("c"));
    }

    private Tool Worker() => new("worker", "--cluster", folder.File("cluster"), "--dead-after", "3", "--threads", "1");

    /// <summary>Waits until so many answers of the run are on disk.</summary>
    private async Task Logged(int answers, Tool coordinator)
    {
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            if (Answers() >= answers) return;
            await Task.Delay(50);
        }
        coordinator.Kill();
        Assert.Fail((await coordinator.EndAsync()).Text);
    }

    private int Answers() => Directory.Exists(folder.File("cluster/runs"))
        ? Directory.EnumerateFiles(folder.File("cluster/runs"), "*.answer", SearchOption.AllDirectories).Count() : 0;

    /// <summary>Two files of rows in a folder.</summary>
    private string WriteParts()
    {
        var random = new Random(3);
        Directory.CreateDirectory(folder.File("data"));
        foreach (var (name, rows) in new[] { ("a", 1500), ("b", 900) })
        {
            var values = Enumerable.Range(0, rows * Features)
                .Select(i => (float)(random.NextDouble() * (i / Features % 5 == i % 5 ? 1 : 0.1))).ToArray();
            NpyWriter.Write<float>(folder.File($"data/{name}.npy"), values, rows, Features);
        }
        return folder.File("data");
    }
}
