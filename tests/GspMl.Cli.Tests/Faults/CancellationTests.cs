using System.Diagnostics;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Faults;

/// <summary>
/// Commands that are cancelled at moments that nobody chose end as cancelled, or as if nothing had been asked, and leave nothing half done.
/// GSPML_CANCELS says how often, where it is set; the time that each took to end is told, and judged by whoever reads it on a quiet
/// machine.
/// </summary>
public sealed class CancellationTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("GSPML_CANCELS"), out var times) ? times : 4;
    private readonly TemporaryFolder folder = new();
    private readonly Random random = new(22);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("prune MODEL -o OUT --zeros 0.7 --preset fast --gzip never")]
    [InlineData("prune MODEL -o OUT --zeros 0.7 --preset accurate --calibration ROWS --exclude fc1* --gzip never")]
    [InlineData("shrink MODEL -o OUT --macs 0.4 --calibration ROWS --gzip never")]
    [InlineData("tune MODEL -o OUT --calibration ROWS --epochs 4 --schedule rising --zeros 0.5 --gzip never")]
    [InlineData("eval MODEL --baseline MODEL --inputs ROWS --latency-runs 10 --gzip never")]
    [InlineData("sweep MODEL --zeros 0.5,0.9 --inputs ROWS --latency-runs 5 --gzip never -o OUT")]
    [InlineData("nmf MATRIX --rank 8 --max-iterations 2000 --tolerance 0 -o OUT")]
    [InlineData("project MATRIX OUT -s 0.9")]
    public async Task A_cancelled_command_ends_as_such_and_leaves_nothing_half_done(string line)
    {
        var command = Command(line);
        var (_, code) = await Timed(command, Timeout.InfiniteTimeSpan);
        Assert.Equal(ExitCode.Done, code);
        Clear();
        // The first run had to load and compile the code.
        (var whole, code) = await Timed(command, Timeout.InfiniteTimeSpan);
        var (slowest, cancelled) = (TimeSpan.Zero, 0);
        for (var i = 0; i < Times; i++)
        {
            Clear();
            var after = whole * random.NextDouble();
            (var took, code) = await Timed(command, after);
            Assert.True(code is ExitCode.Done or ExitCode.Cancelled, $"ended with {code}");
            if (code != ExitCode.Cancelled) continue;
            cancelled++;
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (took - after).Ticks));
            Assert.Equal(["matrix.npy", "rows.npy"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        }
        output.WriteLine($"{command[0]}: {whole.TotalSeconds:F2} s whole; {cancelled} of {Times} cancelled, "
            + $"the slowest {slowest.TotalSeconds:F2} s after it was asked");
    }

    private string[] Command(string line)
    {
        var values = new float[64 * 784];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        NpyWriter.Write<float>(folder.File("matrix.npy"), values, 64, 784);
        WriteImages(values);
        return [.. line.Split(' ').Select(word => word switch
        {
            "MODEL" => Models.LeNet5,
            "OUT" => folder.File("out"),
            "ROWS" => folder.File("rows.npy"),
            "MATRIX" => folder.File("matrix.npy"),
            _ => word,
        })];
    }

    /// <summary>The same numbers as 64 × 1 × 28 × 28.</summary>
    private void WriteImages(float[] values)
    {
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (64, 1, 28, 28), }".PadRight(117) + "\n";
        File.WriteAllBytes(folder.File("rows.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(c => (byte)c),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())]);
    }

    private static async Task<(TimeSpan Took, int Code)> Timed(string[] command, TimeSpan cancelAfter)
    {
        using var source = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        if (cancelAfter != Timeout.InfiniteTimeSpan) source.CancelAfter(cancelAfter);
        using var text = new StringWriter();
        var code = await Gspml.RunAsync(command, text, text, source.Token);
        return (Stopwatch.GetElapsedTime(start), code);
    }

    private void Clear()
    {
        var made = folder.File("out");
        if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        else File.Delete(made);
    }
}
