using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Eval;

/// <summary>Outputs judged by what they are for.</summary>
public sealed class TaskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_output_is_judged_as_what_it_looks_like_and_the_reason_is_told()
    {
        var run = await Eval(await Pruned(0.8));

        Assert.Contains("'logits' is judged as classes, since its name says so", run.Output, StringComparison.Ordinal);
        Assert.Contains("same class as the baseline on", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_embedding_is_judged_by_cosines()
    {
        var pruned = await Pruned(0.8);
        var judgement = (await Eval(pruned, "--task", "embedding", "--format",
            "json")).Json.GetProperty("comparison").GetProperty("judgements")[0];

        Assert.Equal("embedding", judgement.GetProperty("task").GetProperty("task").GetString());
        var cosine = judgement.GetProperty("embedding").GetProperty("cosine");
        Assert.InRange(cosine.GetProperty("value").GetDouble(), 0.3, 0.99);
        Assert.True(cosine.GetProperty("interval").GetProperty("low").GetDouble() < cosine.GetProperty("value").GetDouble());
        var text = await Eval(pruned, "--task", "logits=embedding", "--report", Report);
        Assert.Contains("rank correlation of the rows' similarities", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("same class", text.Output, StringComparison.Ordinal);
        Assert.Contains("rank correlation", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embedding", "--min-cosine", "0.1", "0.999")]
    [InlineData("regression", "--max-relative-error", "300", "1")]
    [InlineData("map", "--max-relative-error", "300", "1")]
    [InlineData("map", "--min-cosine", "0.1", "0.999")]
    [InlineData("classes", "--min-agreement", "1", "99.9")]
    public async Task A_gate_passes_or_fails(string task, string gate, string passes, string fails)
    {
        var pruned = await Pruned(0.8);

        Assert.Equal(ExitCode.Done, (await Eval(pruned, "--task", task, gate, passes)).ExitCode);
        var failed = await Eval(pruned, "--task", task, gate, fails);
        Assert.Equal(ExitCode.QualityGateFailed, failed.ExitCode);
        Assert.Contains("FAILED", failed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--min-cosine", "0.9", "no output is an embedding or a map. 'logits' is judged as classes, since its name says so")]
    [InlineData("--max-relative-error", "5", "no output is a regression or a map")]
    [InlineData("--min-same-reading", "98", "no output is a sequence")]
    [InlineData("--min-matching-boxes", "98", "no output is boxes of a known layout")]
    public async Task A_gate_that_applies_to_no_output_is_refused_with_the_reason(string gate, string limit, string reason)
    {
        var run = await Eval(Models.LeNet300, gate, limit);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(reason, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agreement_of_an_embedding_is_refused()
    {
        var run = await Eval(Models.LeNet300, "--task", "embedding", "--min-agreement", "98");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("no output is an output of classes", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--task: 'class' is none of classes, embedding, regression, sequence, boxes, map", "--task", "class")]
    [InlineData("--task: all outputs twice", "--task", "map", "--task", "classes")]
    [InlineData("--task: 'logits' twice", "--task", "logits=map", "--task", "logits=classes")]
    [InlineData("--blank: symbols are numbered from 0", "--blank", "-1")]
    [InlineData("--min-cosine: a cosine lies between −1 and 1; 99 does not", "--min-cosine", "99")]
    [InlineData("--min-agreement: a percentage lies between 0 and 100; 101 does not", "--min-agreement", "101")]
    [InlineData("--min-same-reading: a percentage lies between 0 and 100; -1 does not", "--min-same-reading", "-1")]
    [InlineData("--max-relative-error: an error is never under 0; -5 is", "--max-relative-error", "-5")]
    public async Task What_means_nothing_is_wrong_usage(string message, params string[] options)
    {
        var run = await Eval(Models.LeNet300, options);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_does_not_fit_is_bad_input_with_the_shape()
    {
        var run = await Eval(Models.LeNet300, "--task", "logits=sequence");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("output 'logits' [rows,10] cannot be judged as sequence", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--layers")]
    [InlineData("--min-cosine", "0.9")]
    [InlineData("--min-same-reading", "90")]
    public async Task What_compares_needs_a_baseline(params string[] options)
    {
        var run = await CommandRun.Of(["eval", Models.LeNet300, "--inputs", Models.TestInputs, .. options]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains($"{options[0]} needs --baseline", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_alone_tells_what_it_would_be_judged_by()
    {
        var run = await CommandRun.Of("eval", Models.LeNet300, "--inputs", Models.TestInputs, "--latency-runs", "0", "--format", "json");

        var output = run.Json.GetProperty("model").GetProperty("outputs")[0];
        Assert.Equal("classes", output.GetProperty("task").GetProperty("task").GetString());
        Assert.Equal(10, output.GetProperty("rowShape")[0].GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.Json.GetProperty("model").GetProperty("millisecondsPerRow").ValueKind);
    }

    private string Report => folder.File("report.html");

    private async Task<string> Pruned(double zeros)
    {
        var pruned = folder.File("pruned.onnx");
        await CommandRun.Of("prune", Models.LeNet300, "-o", pruned, "--zeros", $"{zeros}", "--values", "original");
        return pruned;
    }

    private static Task<CommandRun> Eval(string model, params string[] options)
        => CommandRun.Of(["eval", model, "--baseline", Models.LeNet300,
        "--inputs", Models.TestInputs, "--latency-runs", "0", "--gzip", "never", .. options]);
}
