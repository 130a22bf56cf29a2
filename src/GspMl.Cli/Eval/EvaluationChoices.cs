using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>The options that say how models are run and what their outputs are for.</summary>
internal sealed class EvaluationChoices
{
    private readonly Option<string?> classesFrom = new("--classes-from")
    {
        Description = "The output that classes are read from; without it the first one of classes.",
        HelpName = "OUTPUT",
    };

    private readonly Option<double?> threshold = new("--threshold")
    {
        CustomParser = Number.ReadMaybe,
        Description = "For outputs of one value a row, and maps of probabilities: yes over T, else no (0.5 for probabilities, 0 for "
            + "logits).",
        HelpName = "T",
    };

    private readonly Option<string> provider = Choice.Of("--provider", "Where ONNX Runtime runs.", "cpu", "cuda", "auto");

    private readonly Option<int?> device = new("--device")
    {
        Description = "Which GPU, from 0, as the driver numbers them.",
        HelpName = "N",
    };

    private readonly Option<int> batchSize = new("--batch-size")
    {
        Description = "Rows run at once.",
        DefaultValueFactory = _ => 64,
    };

    private readonly Option<int> latencyRuns = new("--latency-runs")
    {
        Description = "Timed rounds for each latency; 0 measures none.",
        DefaultValueFactory = _ => new EvaluationOptions().LatencyRuns,
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { TaskOption.Task, TaskOption.Blank, classesFrom, threshold, provider, device, batchSize,
            latencyRuns }) command.Options.Add(option);
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="CommandException">A number is none of those that there are.</exception>
    public EvaluationOptions Read(ParseResult parsed)
    {
        var runs = Choice.Read<ExecutionProvider>(parsed, provider);
        var gpu = GpuNumber.Read(parsed, device, runs);
        if (parsed.GetValue(latencyRuns) < 0) throw CommandException.Usage("--latency-runs: at least 0.");
        if (parsed.GetValue(batchSize) < 1) throw CommandException.Usage("--batch-size: at least 1.");
        return new()
        {
            Provider = runs,
            Device = gpu,
            BatchSize = parsed.GetValue(batchSize),
            LatencyRuns = parsed.GetValue(latencyRuns),
            Output = parsed.GetValue(classesFrom),
            Threshold = parsed.GetValue(threshold),
            Tasks = TaskOption.Read(parsed),
            Blank = parsed.GetValue(TaskOption.Blank),
        };
    }
}
