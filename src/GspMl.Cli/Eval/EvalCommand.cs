using System.CommandLine;
using GspMl.Cli.Inputs;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary><c>gspml eval</c>: runs a model, alone or against the dense one, and judges it.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Model = new("MODEL.onnx") { Description = "The model to judge." };
    private static readonly Option<string?> Baseline = new("--baseline")
    {
        Description = "The dense model to compare with.",
        HelpName = "DENSE.onnx",
    };
    private static readonly InputOptions Inputs = new("--inputs", "Input rows.", isRequired: true);
    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "The right class of each row, whole numbers.",
        HelpName = "Y.npy",
    };
    private static readonly Option<string?> ClassesFrom = new("--classes-from")
    {
        Description = "The output that classes are read from; without it the first one of classes.",
        HelpName = "OUTPUT",
    };
    private static readonly Option<double?> Threshold = new("--threshold")
    {
        CustomParser = Number.ReadMaybe,
        Description = "For outputs of one value a row, and maps of probabilities: yes over T, else no (0.5 for probabilities, 0 for "
            + "logits).",
        HelpName = "T",
    };
    private static readonly Option<string> Provider = Choice.Of("--provider", "Where ONNX Runtime runs.", "cpu", "cuda", "auto");
    private static readonly Option<int?> Device = new("--device")
    {
        Description = "Which GPU, from 0, as the driver numbers them.",
        HelpName = "N",
    };
    private static readonly Option<int> BatchSize = new("--batch-size")
    {
        Description = "Rows run at once.",
        DefaultValueFactory = _ => 64,
    };
    private static readonly Option<int> LatencyRuns = new("--latency-runs")
    {
        Description = "Timed rounds for each latency; 0 measures none.",
        DefaultValueFactory = _ => new EvaluationOptions().LatencyRuns,
        HelpName = "N",
    };
    private static readonly Option<bool> Layers = new("--layers")
    {
        Description = "Tell for every layer the error that it inherits and the error of its own (needs --baseline; on the CPU).",
    };
    private static readonly Option<string?> Report = new("--report") { Description = "Write an HTML report too.", HelpName = "OUT.html" };
    private static readonly GzipOption Gzip = new();
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("eval", "Judge a model on ONNX Runtime: accuracy, agreement and drift against a baseline, size, latency.")
        {
            Model, Baseline, Inputs, Inputs.Constants, Inputs.Axes, Labels, TaskOption.Task, TaskOption.Blank, ClassesFrom, Threshold,
                Layers, Provider, Device, BatchSize, LatencyRuns,
        };
        foreach (var gate in QualityGates.Options) command.Add(gate);
        foreach (Option option in new Option[] { Report, Gzip, Threads }) command.Add(option);
        return shell.Runs(command, (parsed, cancel) => Reported(Judge(parsed, shell.Messages, cancel), parsed.GetValue(Report)));
    }

    private static EvalResult Reported(EvalResult result, string? page)
    {
        if (page is not null) EvalReportPage.Of(result).Save(page);
        return result;
    }

    private static EvalResult Judge(ParseResult parsed, TextWriter messages, CancellationToken cancel)
    {
        var baselinePath = parsed.GetValue(Baseline);
        var gates = QualityGates.Read(parsed, baselinePath is not null, parsed.GetValue(Labels) is not null);
        if (parsed.GetValue(Report) is { } report) OutputPath.Check(report, parsed.GetRequiredValue(Model), baselinePath,
            parsed.GetValue(Labels));
        CheckDevice(parsed);
        if (parsed.GetValue(Layers) && baselinePath is null) throw CommandException.Usage("--layers needs --baseline.");
        if (parsed.GetValue(LatencyRuns) < 0) throw CommandException.Usage("--latency-runs: at least 0.");
        if (parsed.GetValue(BatchSize) < 1) throw CommandException.Usage("--batch-size: at least 1.");

        var asked = Options(parsed);

        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        var data = Inputs.Read(parsed, model, parsed.GetValue(Labels), messages);
        var options = asked with { CompressedSize = Gzip.Wants(parsed, model) };
        if (baselinePath is null) return EvalResult.Of(model.Path, ModelEvaluator.Evaluate(model, data, options, cancel));

        using var baseline = OnnxModel.Load(baselinePath);
        var result = EvalResult.Of(baseline.Path, model.Path, ModelEvaluator.Compare(baseline, model, data, options, cancel), gates);
        return parsed.GetValue(Layers) ? result with { Layers = ModelEvaluator.CompareLayers(baseline, model, data, options, cancel) }
            : result;
    }

    private static void CheckDevice(ParseResult parsed)
    {
        if (parsed.GetValue(Device) is not { } device) return;
        if (device < 0) throw CommandException.Usage($"--device: GPUs are numbered from 0, not {device}.");
        if (Choice.Read<ExecutionProvider>(parsed, Provider) == ExecutionProvider.Cpu)
            throw CommandException.Usage("--device is the number of a GPU: it needs --provider cuda or auto.");
    }

    private static EvaluationOptions Options(ParseResult parsed) => new()
    {
        Provider = Choice.Read<ExecutionProvider>(parsed, Provider),
        Device = parsed.GetValue(Device) ?? 0,
        BatchSize = parsed.GetValue(BatchSize),
        LatencyRuns = parsed.GetValue(LatencyRuns),
        MaxThreads = Threads.Read(parsed),
        Output = parsed.GetValue(ClassesFrom),
        Threshold = parsed.GetValue(Threshold),
        Tasks = TaskOption.Read(parsed),
        Blank = parsed.GetValue(TaskOption.Blank),
    };
}
