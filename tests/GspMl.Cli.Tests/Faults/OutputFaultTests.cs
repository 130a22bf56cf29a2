using GspMl.Cli.Shell;
using GspMl.Cli.Tests.Cluster;

namespace GspMl.Cli.Tests.Faults;

/// <summary>Outputs that cannot be written, or that others write too.</summary>
public sealed class OutputFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("prune", "--zeros", "0.5")]
    [InlineData("shrink", "--macs", "0.3")]
    public async Task A_full_disk_is_an_error_and_no_result(string command, params string[] options)
    {
        if (!OperatingSystem.IsLinux()) return;
        var run = await CommandRun.Of([command, Models.LeNet5, "-o", "/dev/full", .. options]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("No space left", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prune", "--zeros", "0.5")]
    [InlineData("shrink", "--macs", "0.3")]
    public async Task Without_room_for_the_report_the_error_tells_that_the_model_was_written(string command, params string[] options)
    {
        if (!OperatingSystem.IsLinux()) return;
        var written = folder.File("o.onnx");
        var run = await CommandRun.Of([command, Models.LeNet5, "-o", written, "--report", "/dev/full", .. options]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains($"the report was not written, {written} was: No space left", run.Messages, StringComparison.Ordinal);
        Assert.True(File.Exists(written));
    }

    [Fact]
    public async Task Output_may_be_the_input()
    {
        var model = folder.File("m.onnx");
        File.Copy(Models.LeNet5, model);
        Assert.Equal(ExitCode.Done, (await CommandRun.Of("prune", model, "-o", model, "--zeros", "0.5")).ExitCode);
        Assert.Equal(["m.onnx"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Several_runs_on_one_output_leave_one_whole_result()
    {
        Tool[] tools = [.. new[] { "0.3", "0.5", "0.7" }.Select(zeros => new Tool("prune", Models.LeNet5, "-o", folder.File("o.onnx"),
            "--zeros", zeros))];
        foreach (var tool in tools)
        {
            using (tool) Assert.Equal(ExitCode.Done, (await tool.EndAsync()).ExitCode);
        }
        Assert.Equal(ExitCode.Done, (await CommandRun.Of("inspect", folder.File("o.onnx"))).ExitCode);
        Assert.Equal(["o.onnx"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_name_that_leaves_no_room_for_the_lock_is_refused_before_the_work()
    {
        var run = await CommandRun.Of("prune", Models.LeNet5, "-o", folder.File(new string('ä', 122)), "--zeros", "0.5");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("longer than 243 bytes", run.Messages, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await CommandRun.Of("prune", Models.LeNet5, "-o", folder.File(new string('n', 243)), "--zeros",
            "0.5")).ExitCode);
    }

    [Fact]
    public async Task A_model_from_a_pipe_is_refused_by_name()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        var run = await CommandRun.Of("inspect", path);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(path, run.Messages, StringComparison.Ordinal);
        Assert.Contains("is a pipe", run.Messages, StringComparison.Ordinal);
    }
}
