using System.Diagnostics;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Shell;

/// <summary>Outputs that are no regular files, and outputs named twice.</summary>
public sealed class OutputPathTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_goes_to_standard_output_and_the_report_to_the_other()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix only");
        await CommandRun.Of("prune", Models.LeNet5, "-o", folder.File("file.onnx"), "--zeros", "0.5");

        var (code, output, messages) = await Process("prune", Models.LeNet5, "-o", "/dev/stdout", "--zeros", "0.5");

        Assert.Equal(0, code);
        Assert.Equal(File.ReadAllBytes(folder.File("file.onnx")), output);
        Assert.Contains("weights are zero", messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_for_the_null_device_is_measured_and_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix only");
        var run = await CommandRun.Of("prune", Models.LeNet5, "-o", "/dev/null", "--zeros", "0.5", "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        Assert.Equal(new FileInfo(Models.LeNet5).Length, run.Json.GetProperty("after").GetProperty("bytes").GetInt64());
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Fact]
    public async Task A_matrix_for_the_null_device_is_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix only");
        NpyWriter.Write<float>(folder.File("x.npy"), new float[] { 1, 2, 3, 4 }, 2, 2);
        Assert.Equal(0, (await CommandRun.Of("project", folder.File("x.npy"), "/dev/null", "--sparsity", "0.5")).ExitCode);
        Assert.Equal(["x.npy"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_report_that_leads_to_the_model_is_named_twice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix only");
        File.Copy(Models.LeNet5, folder.File("model.onnx"));
        File.CreateSymbolicLink(folder.File("report.html"), "model.onnx");

        var run = await CommandRun.Of("prune", folder.File("model.onnx"), "-o", folder.File("out.onnx"), "--zeros", "0.5", "--report",
            folder.File("report.html"));

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("is named twice", run.Messages, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Models.LeNet5), File.ReadAllBytes(folder.File("model.onnx")));
    }

    [Theory]
    [InlineData("", ExitCode.WrongUsage, "the name of an output is empty")]
    [InlineData("nowhere/out.npy", ExitCode.BadInput, "nowhere does not exist")]
    [InlineData(".", ExitCode.BadInput, "is a folder")]
    public async Task A_name_that_cannot_be_a_file_is_told_before_the_work(string name, int exitCode, string message)
    {
        var run = await CommandRun.Of("project", folder.File("not-read.npy"), name.Length == 0 ? name : folder.File(name), "--sparsity",
            "0.5");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
    }

    private static async Task<(int Code, byte[] Output, string Messages)> Process(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Gspml).Assembly.Location, .. arguments]) { RedirectStandardOutput = true,
            RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var messages = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), await messages);
    }
}
