using GspMl.Cli.Guarding;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Cli.Tests.Cluster;

namespace GspMl.Cli.Tests.Guarding;

/// <summary>Commands that run models do so in a second process.</summary>
public sealed class GuardedRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_that_ends_the_process_is_an_error_message()
    {
        SmallModel.OfNothing().Save(folder.File("m.onnx"));
        var (code, text) = await Run("shrink", folder.File("m.onnx"), "-o", folder.File("o.onnx"), "--macs", "0.3", "--round-to", "1");
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("gspml shrink: running the model ended the process", text, StringComparison.Ordinal);
        Assert.Equal(["m.onnx"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(ExitCode.Done, "--zeros", "0.5")]
    [InlineData(ExitCode.WrongUsage, "--zeros", "2")]
    [InlineData(ExitCode.NothingToDo, "--zeros", "0.5", "--include", "nothing")]
    public async Task What_the_second_process_ends_with_is_the_exit_code(int expected, params string[] options)
    {
        SmallModel.OfWeights("w1", "w2").Save(folder.File("m.onnx"));
        var (code, text) = await Run(["prune", folder.File("m.onnx"), "-o", folder.File("o.onnx"), .. options]);
        Assert.True(code == expected, text);
        Assert.Equal(expected == ExitCode.Done, File.Exists(folder.File("o.onnx")));
    }

    [Fact]
    public async Task A_signal_ends_the_second_process_too()
    {
        using var tool = Endless();
        await WaitForWork(tool);
        tool.Interrupt();
        tool.Interrupt();
        var (code, text) = await tool.EndAsync();
        Assert.True(code == ExitCode.Cancelled, text);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName),
            name => name!.Contains("gspml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_first_process_is_killed_the_second_goes_with_it()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var tool = Endless();
        await WaitForWork(tool);
        var second = Assert.Single(Children(tool.Id));
        tool.Kill();
        for (var i = 0; IsRunning(second); i++)
        {
            Assert.True(i < 600, "the second process runs on");
            await Task.Delay(50);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(70, false)]
    [InlineData(130, false)]
    [InlineData(134, true)]
    [InlineData(137, true)]
    [InlineData(139, true)]
    [InlineData(-1073741819, true)]
    public void Deaths_are_told_from_exit_codes(int code, bool isDeath) => Assert.Equal(isDeath, GuardedRun.Death(code) is not null);

    [Theory]
    [InlineData(134, "or --max-memory 768M was not enough.")]
    [InlineData(137, "--max-memory 768M is more than there was.")]
    [InlineData(-1073741819, "or --max-memory 768M was not enough.")]
    public void A_death_under_a_limit_names_it(int code, string expected)
    {
        var limit = MemoryLimit.Told(["shrink", "m.onnx", "--max-memory", "768M"]);
        Assert.EndsWith(expected, GuardedRun.Death(code, limit), StringComparison.Ordinal);
        Assert.DoesNotContain("768M", GuardedRun.Death(code, MemoryLimit.Told(["shrink", "m.onnx"])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_asks_for_more_than_the_limit_is_refused()
    {
        if (!OperatingSystem.IsLinux()) return;
        SmallModel.OfGigabytes().Save(folder.File("m.onnx"));
        var (code, text) = await Run("shrink", folder.File("m.onnx"), "-o", folder.File("o.onnx"), "--macs", "0.3", "--max-memory", "768M");
        Assert.True(code == ExitCode.BadInput, $"{code}: {text}");
        Assert.Contains("--max-memory allows 768M.", text, StringComparison.Ordinal);
        Assert.Equal(["m.onnx"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("prune", "256M", "--preset", "accurate", "--zeros", "0.5")]
    [InlineData("shrink", "224M", "--macs", "0.3")]
    public async Task A_run_that_is_forecast_to_take_more_than_the_limit_is_refused_before_it_begins(string command, string limit,
        params string[] options)
    {
        SmallModel.OfWeights("w1", "w2").Save(folder.File("m.onnx"));
        NpyWriter.Write<float>(folder.File("x.npy"), Enumerable.Range(0, 16).Select(i => i % 5f).ToArray(), 8, 2);
        var (code, text) = await Run([command, folder.File("m.onnx"), "-o", folder.File("o.onnx"), .. options,
            "--calibration", folder.File("x.npy"), "--max-memory", limit]);
        Assert.True(code == ExitCode.BadInput, $"{code}: {text}");
        Assert.Contains("of memory, and --max-memory allows", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_that_takes_more_than_the_limit_is_refused()
    {
        NpyWriter.Write<float>(folder.File("x.npy"), new float[60_000 * 1000], 60_000, 1000);
        var (code, text) = await Run("nmf", folder.File("x.npy"), "-o", folder.File("out"), "--rank", "2", "--max-memory", "192M");
        Assert.True(code == ExitCode.BadInput, $"{code}: {text}");
        Assert.Contains("--max-memory allows 192M.", text, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Text)> Run(params string[] arguments)
    {
        using var tool = new Tool(arguments);
        return await tool.EndAsync();
    }

    private Tool Endless()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 200 * 40).Select(_ => random.NextSingle()).ToArray();
        NpyWriter.Write<float>(folder.File("x.npy"), values, 200, 40);
        return new("nmf", folder.File("x.npy"), "-o", folder.File("out"), "--rank", "8", "--tolerance", "0", "--max-iterations",
            "2000000000",
            "--max-memory", "4G");
    }

    /// <summary>Until the second process is there and its handlers of signals are.</summary>
    private static async Task WaitForWork(Tool tool)
    {
        while (Children(tool.Id).Length == 0) await Task.Delay(20);
        await Task.Delay(1500);
    }

    private static int[] Children(int process)
        => [.. Directory.GetDirectories($"/proc/{process}/task").SelectMany(task => File.ReadAllText(Path.Combine(task,
            "children")).Split(' ',
            StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];

    private static bool IsRunning(int process)
        => File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
