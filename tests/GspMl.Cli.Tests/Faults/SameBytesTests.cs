using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Faults;

/// <summary>The same command gives the same bytes, whatever the number of threads, where ONNX Runtime computes nothing.</summary>
public sealed class SameBytesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("prune", "--zeros", "0.7", "--preset", "paper")]
    [InlineData("prune", "--zeros", "0.7", "--preset", "fast")]
    [InlineData("shrink", "--macs", "0.4")]
    public async Task A_model_is_the_same_with_any_number_of_threads(string command, params string[] options)
    {
        var written = new List<byte[]>();
        foreach (var threads in new[] { "1", "2", "16", "1" })
        {
            var run = await CommandRun.Of([command, Models.LeNet5, "-o", folder.File("o.onnx"), .. options, "--gzip", "never",
                "--threads", threads]);
            Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
            written.Add(File.ReadAllBytes(folder.File("o.onnx")));
        }
        Assert.All(written, bytes => Assert.Equal(written[0], bytes));
    }

    [Fact]
    public async Task Factors_are_the_same_with_any_number_of_threads()
    {
        var random = new Random(5);
        var values = new float[300 * 40];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        NpyWriter.Write<float>(folder.File("x.npy"), values, 300, 40);
        var written = new List<byte[]>();
        foreach (var threads in new[] { "1", "2", "16", "1" })
        {
            var run = await CommandRun.Of("nmf", folder.File("x.npy"), "-o", folder.File("out"), "--rank", "6", "-s", "0.5",
                "--max-iterations", "30",
                "--threads", threads);
            Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
            written.Add([.. File.ReadAllBytes(folder.File("out/basis.npy")), .. File.ReadAllBytes(folder.File("out/coefficients.npy"))]);
        }
        Assert.All(written, bytes => Assert.Equal(written[0], bytes));
    }
}
