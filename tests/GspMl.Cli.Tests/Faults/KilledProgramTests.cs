using System.Security.Cryptography;
using GspMl.Cli.Npy;
using GspMl.Cli.Tests.Cluster;

namespace GspMl.Cli.Tests.Faults;

/// <summary>
/// The tool, killed as a program at moments that nobody chose: what it was to replace is the old file or the new one, whole, and the
/// next run clears up. GSPML_KILLS says how often, where it is set; a hundred and more are for nights.
/// </summary>
public sealed class KilledProgramTests : IDisposable
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("GSPML_KILLS"), out var kills) ? kills : 6;
    private readonly TemporaryFolder folder = new();
    private readonly Random random = new(22);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_that_is_pruned_is_the_old_or_the_new_one()
        => await KillOften(["prune", Models.LeNet5, "-o", folder.File("out.onnx"), "--preset", "fast", "--zeros", "0.5", "--gzip", "never"],
            ["out.onnx"]);

    [Fact]
    public async Task A_model_that_is_shrunk_is_the_old_or_the_new_one()
        => await KillOften(["shrink", Models.LeNet5, "-o", folder.File("out.onnx"), "--macs", "0.3", "--gzip", "never"], ["out.onnx"]);

    [Fact]
    public async Task The_files_of_a_factorisation_are_all_old_or_all_new()
    {
        var values = new float[120 * 30];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        NpyWriter.Write<float>(folder.File("x.npy"), values, 120, 30);
        Directory.CreateDirectory(folder.File("out"));
        await KillOften(["nmf", folder.File("x.npy"), "-o", folder.File("out"), "--rank", "4", "--max-iterations", "20"],
            ["out/basis.npy", "out/coefficients.npy"]);
    }

    /// <summary>The models of a sweep are written one after the other; the summary tells that all of them are of one run.</summary>
    [Fact]
    public async Task Each_model_of_a_sweep_is_the_old_or_the_new_one_and_beside_the_summary_all_are_new()
    {
        Directory.CreateDirectory(folder.File("out"));
        await KillOften(Sweep, ["out/lenet300-zeros-0.5.onnx", "out/lenet300-zeros-0.6.onnx"], "out/sweep.json");
    }

    [Fact]
    public async Task The_summary_that_a_killed_sweep_put_aside_goes_with_the_next_run()
    {
        await Finish(Sweep);
        var files = Directory.GetFiles(folder.File("out")).Order().ToList();
        File.Move(folder.File("out/sweep.json"), folder.File("out/.sweep.gspml-new-old"));
        File.WriteAllText(folder.File("out/.sweep.gspml-lock"), "");

        await Finish(Sweep);

        Assert.Equal(files, Directory.GetFiles(folder.File("out")).Order());
    }

    private string[] Sweep => ["sweep", Models.LeNet300, "-o", folder.File("out"), "--zeros", "0.5,0.6", "--preset", "fast", "--inputs",
        Models.TestInputs, "--latency-runs", "0", "--gzip", "never"];

    /// <param name="command">What is run and killed.</param>
    /// <param name="outputs">The files that it replaces: all at once, or, where there is a summary, one by one.</param>
    /// <param name="summary">The file that lies beside outputs of one run only.</param>
    private async Task KillOften(string[] command, string[] outputs, string? summary = null)
    {
        await Finish(command);
        var fresh = Contents(outputs);
        var count = Entries();
        if (summary is not null) File.Delete(folder.File(summary));
        foreach (var output in outputs) File.WriteAllText(folder.File(output), "old");
        var old = Contents(outputs);
        for (var i = 0; i < Kills; i++)
        {
            await Kill(command, outputs[0]);
            var found = Contents(outputs);
            var isOneByOne = summary is not null && !File.Exists(folder.File(summary));
            var isWhole = isOneByOne ? found.Zip(old, fresh).All(file => file.First == file.Second || file.First == file.Third)
                : found.SequenceEqual(fresh) || (summary is null && found.SequenceEqual(old));
            Assert.True(isWhole, $"after kill {i} the output is neither the old nor the new");
        }
        await Finish(command);
        Assert.Equal(fresh, Contents(outputs));
        Assert.Equal(count, Entries());
    }

    /// <summary>Kills the tool at some moment of its life, every other time while it writes.</summary>
    private async Task Kill(string[] command, string output)
    {
        using var tool = new Tool(command);
        var ended = tool.EndAsync();
        var place = Path.GetDirectoryName(folder.File(output))!;
        if (random.Next(2) == 0) await Task.WhenAny(ended, Task.Delay(random.Next(50, 1500)));
        else
        {
            while (!ended.IsCompleted && Directory.GetFiles(place, ".*.gspml-lock").Length == 0) await Task.Yield();
            for (var until = random.Next(0, 40_000); until > 0; until--) Thread.SpinWait(20);
        }
        if (!ended.IsCompleted) tool.Kill();
        await ended;
    }

    private static async Task Finish(string[] command)
    {
        using var tool = new Tool(command);
        var (code, text) = await tool.EndAsync();
        Assert.True(code == 0, text);
    }

    private string[] Contents(string[] outputs)
        => [.. outputs.Select(output => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder.File(output)))))];

    private int Entries() => Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Length;
}
