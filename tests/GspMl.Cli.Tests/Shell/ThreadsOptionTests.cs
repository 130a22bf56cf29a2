using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Shell;

public sealed class ThreadsOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("prune", "m.onnx", "--zeros", "0.5", "-o", "o.onnx")]
    [InlineData("shrink", "m.onnx", "--macs", "0.5", "-o", "o.onnx")]
    [InlineData("eval", "m.onnx", "--inputs", "x.npy")]
    [InlineData("nmf", "x.npy", "--rank", "2", "--out", "o")]
    [InlineData("encode", "x.npy", "--basis", "b.npy", "-o", "c.npy")]
    [InlineData("project", "x.npy", "y.npy", "--sparsity", "0.5")]
    public async Task Every_long_command_has_it_and_refuses_fewer_than_none(params string[] command)
    {
        var run = await CommandRun.Of([.. command, "--threads", "-1"]);
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--threads -1: not at least 0", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_result_is_the_same_with_any_number()
    {
        NpyWriter.Write<float>(folder.File("x.npy"), Enumerable.Range(0, 4000).Select(i => MathF.Sin(i * i)).ToArray(), 200, 20);
        foreach (var threads in new[] { "1", "3" })
        {
            var run =
                await CommandRun.Of("project", folder.File("x.npy"), folder.File($"y{threads}.npy"), "-s", "0.7", "--threads", threads);
            Assert.Equal(0, run.ExitCode);
        }
        Assert.Equal(File.ReadAllBytes(folder.File("y1.npy")), File.ReadAllBytes(folder.File("y3.npy")));
    }
}
