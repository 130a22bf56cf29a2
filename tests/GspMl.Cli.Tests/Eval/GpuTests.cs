using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Tests.Shared;
using Spectre.Console;

namespace GspMl.Cli.Tests.Eval;

/// <summary>What is told of a GPU: that there is none, and what one would have done.</summary>
public class GpuTests
{
    private static readonly Latency Copied = new(1, [4.0]);
    private static readonly Latency Kept = new(1, [2.0]);
    private static readonly EvaluationResult OnGpu = new()
    {
        Path = "dense.onnx",
        Rows = 10,
        Classes = [],
        Outputs = [],
        Bytes = 0,
        Provider = "CUDA",
        Device = 1,
        SingleRow = Copied,
        Batched = Copied with { BatchSize = 10 },
        SingleRowOnDevice = Kept,
        BatchedOnDevice = Kept with { BatchSize = 10 },
    };

    // A process of its own: ONNX Runtime writes to the streams of the process, past those of the test.
    [Fact]
    public async Task Asking_for_CUDA_runs_there_or_is_one_sentence_and_nothing_else()
    {
        var run = await Child.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "gspml.dll"), "eval", Models.LeNet300, "--inputs",
            Models.TestInputs, "--provider", "cuda"]);

        if (run.ExitCode == ExitCode.Done)
        {
            Assert.Contains("rows on CUDA", run.Output, StringComparison.Ordinal);
            return;
        }
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        var line = Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("gspml eval: CUDA is not available. ", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--device: GPUs are numbered from 0, not -1", "--provider", "cuda", "--device", "-1")]
    [InlineData("--device is the number of a GPU", "--device", "0")]
    [InlineData("--device is the number of a GPU", "--device", "1", "--provider", "cpu")]
    public async Task A_device_that_cannot_be_is_wrong_usage(string message, params string[] options)
    {
        var run = await CommandRun.Of(["eval", Models.LeNet300, "--inputs", Models.TestInputs, .. options]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_GPU_latencies_are_told_with_copies_and_without()
    {
        var text = Text(EvalResult.Of("model.onnx", OnGpu));

        Assert.Matches("10 rows on CUDA 1; latencies are medians of [0-9]+ rounds? after warm-up; those without copies", text);
        Assert.Matches("1 row +1 row, no copies", text);
        Assert.Matches(@"4\.000 ms +2\.000 ms +4\.000 ms +2\.000 ms", text);
    }

    [Fact]
    public void On_the_CPU_there_is_one_figure()
        => Assert.DoesNotContain("copies", Text(EvalResult.Of("model.onnx",
            OnGpu with { Provider = "CPU", Device = null, SingleRowOnDevice = null, BatchedOnDevice = null })), StringComparison.Ordinal);

    [Fact]
    public void Nodes_that_the_CPU_ran_are_told_the_first_by_name()
    {
        var nodes = Enumerable.Range(0, 7).Select(i => new CpuNode($"shape{i}", "Shape")).ToList();

        Assert.Contains("the CPU ran 7 nodes of model.onnx: shape0 (Shape), shape1 (Shape), shape2 (Shape), shape3 (Shape), shape4 (Shape) "
            + "and 2 more",
            Text(EvalResult.Of("model.onnx", OnGpu with { CpuNodes = nodes })), StringComparison.Ordinal);
        Assert.Contains("the CPU ran 1 node of model.onnx: shape0 (Shape)\n",
            Text(EvalResult.Of("model.onnx", OnGpu with { CpuNodes = [nodes[0]] })), StringComparison.Ordinal);
    }

    [Fact]
    public void Latencies_of_different_devices_are_said_not_to_be_compared()
    {
        var sentences = Verdict.Of(ModelEvaluator.Compare(OnGpu with { Provider = "CPU", Device = null }, OnGpu)).ToList();

        Assert.Contains("latencies are not compared: CPU ran the baseline, CUDA 1 this model", sentences);
        Assert.DoesNotContain(sentences, sentence => sentence.Contains("the baseline's time", StringComparison.Ordinal));
        Assert.Contains("without copies, 1 row: 1.00 × the baseline's time",
            string.Join('\n', Verdict.Of(ModelEvaluator.Compare(OnGpu, OnGpu))), StringComparison.Ordinal);
    }

    private static string Text(EvalResult result)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 200;
        result.WriteText(console);
        return writer.ToString().ReplaceLineEndings("\n");
    }
}
