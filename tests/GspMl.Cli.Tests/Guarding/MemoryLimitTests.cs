using GspMl.Cli.Guarding;

namespace GspMl.Cli.Tests.Guarding;

public sealed class MemoryLimitTests
{
    [Theory]
    [InlineData("512M", 512L << 20)]
    [InlineData("8g", 8L << 30)]
    [InlineData("1T", 1L << 40)]
    [InlineData("262144K", 256L << 20)]
    [InlineData("268435456", 256L << 20)]
    [InlineData("1", null)]
    [InlineData("127M", null)]
    [InlineData("-1G", null)]
    [InlineData("1.5G", null)]
    [InlineData("9999999999T", null)]
    [InlineData("99999999999999999999999", null)]
    [InlineData("M", null)]
    [InlineData("", null)]
    public void Sizes_are_whole_numbers_of_powers_of_1024(string word, long? bytes) => Assert.Equal(bytes, MemoryLimit.Bytes(word));

    [Theory]
    [InlineData(300L << 20, "300M")]
    [InlineData(8L << 30, "8G")]
    [InlineData((450L << 20) + 1, "451M")]
    public void Sizes_are_told_as_they_are_given(long bytes, string word) => Assert.Equal(word, MemoryLimit.Text(bytes));

    [Fact]
    public async Task What_is_no_size_is_an_error_of_the_command_line()
    {
        var run = await CommandRun.Of("inspect", "m.onnx", "--max-memory", "much");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'much' is no size", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_commands_that_run_models_and_limits_ask_for_a_second_process()
    {
        Assert.True(GuardedRun.IsWanted(["prune", "m.onnx"]));
        Assert.True(GuardedRun.IsWanted(["inspect", "m.onnx", "--max-memory", "1G"]));
        Assert.True(GuardedRun.IsWanted(["inspect", "m.onnx", "--max-memory=1G"]));
        Assert.False(GuardedRun.IsWanted(["inspect", "m.onnx"]));
        Assert.False(GuardedRun.IsWanted([]));
    }
}
