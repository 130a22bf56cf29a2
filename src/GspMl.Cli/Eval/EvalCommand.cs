using System.CommandLine;
using GspMl.Cli.Inputs;
using GspMl.Cli.Recipes;
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
    private static readonly Option<bool> Layers = new("--layers")
    {
        Description = "Tell for every layer the error that it inherits and the error of its own (needs --baseline; on the CPU).",
    };
    private static readonly Option<string?> Report = new("--report") { Description = "Write an HTML report too.", HelpName = "OUT.html" };
    private static readonly EvaluationChoices Choices = new();
    private static readonly GzipOption Gzip = new();
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("eval", "Judge a model on ONNX Runtime: accuracy, agreement and drift against a baseline, size, latency.")
        {
            Model, Baseline, Inputs, Inputs.Constants, Inputs.Axes, Labels, Layers,
        };
        Choices.AddTo(command);
        foreach (var gate in QualityGates.Options) command.Add(gate);
        foreach (Option option in new Option[] { Report, Gzip, Threads }) command.Add(option);
        return shell.Runs(command, RecipeOptions.AddTo(command, shell, (parsed, cancel) => Reported(
            EvaluationProgressBar.Shown(shell.Messages, bar => Judge(parsed, shell.Messages, bar, cancel)), parsed.GetValue(Report))));
    }

    private static EvalResult Reported(EvalResult result, string? page)
    {
        if (page is not null) EvalReportPage.Of(result).Save(page);
        return result;
    }

    private static EvalResult Judge(ParseResult parsed, TextWriter messages, EvaluationProgressBar bar, CancellationToken cancel)
    {
        var baselinePath = parsed.GetValue(Baseline);
        var gates = QualityGates.Read(parsed, baselinePath is not null, parsed.GetValue(Labels) is not null);
        if (parsed.GetValue(Report) is { } report) OutputPath.Check(report, parsed.GetRequiredValue(Model), baselinePath,
            parsed.GetValue(Labels));
        if (parsed.GetValue(Layers) && baselinePath is null) throw CommandException.Usage("--layers needs --baseline.");

        var asked = Choices.Read(parsed) with { MaxThreads = Threads.Read(parsed) };

        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        NamedTwice.RefuseData(parsed, model);
        var data = Inputs.Read(parsed, model, parsed.GetValue(Labels), messages);
        var options = asked with { CompressedSize = Gzip.Wants(parsed, model), Progress = bar };
        if (baselinePath is null)
        {
            var alone = ModelEvaluator.Evaluate(model, data, options, cancel);
            Reasons.Tell(messages, EvalReasons.Of(alone, options));
            return EvalResult.Of(model.Path, alone);
        }

        using var baseline = OnnxModel.Load(baselinePath);
        NamedTwice.RefuseData(parsed, baseline);
        var both = ModelEvaluator.Compare(baseline, model, data, options, gates.AreSet ? gates.Check : null, cancel);
        Reasons.Tell(messages, EvalReasons.Of(both.Baseline, options));
        var result = EvalResult.Of(baseline.Path, model.Path, both, gates);
        return parsed.GetValue(Layers) ? result with { Layers = ModelEvaluator.CompareLayers(baseline, model, data, options, cancel) }
            : result;
    }
}
