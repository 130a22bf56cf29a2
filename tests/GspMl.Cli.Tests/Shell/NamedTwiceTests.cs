using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Shell;

/// <summary>Nothing that a command reads is written over by what it writes beside its result.</summary>
public sealed class NamedTwiceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("sweep MODEL --inputs ROWS --latency-runs 0 --zeros 0.5 --report ROWS")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 --preset fast --calibration ROWS --picture ROWS")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 --preset fast --picture NEW --report NEW")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 -o SWEPT --picture SWEPT/lenet300-zeros-0.5.onnx")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 -o SWEPT --save-recipe SWEPT/sweep.json")]
    [InlineData("eval MODEL --inputs ROWS --latency-runs 0 --report ROWS")]
    [InlineData("eval MODEL --inputs input=ROWS --latency-runs 0 --report ROWS")]
    [InlineData("prune MODEL -o NEW --zeros 0.5 --preset fast --calibration ROWS --report ROWS")]
    [InlineData("prune MODEL -o ROWS --zeros 0.5 --preset fast --calibration ROWS")]
    [InlineData("shrink MODEL -o ROWS --macs 0.5 --calibration ROWS")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --report ROWS")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --checkpoint NEW")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --checkpoint ROWS")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --checkpoint MODEL")]
    public async Task An_output_that_is_named_twice_is_refused_before_the_work(string line)
    {
        File.Copy(Models.TestInputs, folder.File("rows.npy.gz"));
        Directory.CreateDirectory(folder.File("swept"));

        var run = await CommandRun.Of([.. line.Split(' ').Select(Word)]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("is named twice", run.Messages, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Models.TestInputs), File.ReadAllBytes(folder.File("rows.npy.gz")));
    }

    private string Word(string word) => word.Replace("MODEL", Models.LeNet300, StringComparison.Ordinal)
        .Replace("DIGITS", Models.TestInputs, StringComparison.Ordinal)
        .Replace("ROWS", folder.File("rows.npy.gz"), StringComparison.Ordinal)
        .Replace("NEW", folder.File("new"), StringComparison.Ordinal).Replace("SWEPT", folder.File("swept"), StringComparison.Ordinal);
}
