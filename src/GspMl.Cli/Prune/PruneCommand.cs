using System.CommandLine;
using GspMl.Cli.Eval;
using GspMl.Cli.Projection;
using GspMl.Cli.Prune.Channels;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Cli.Prune;

/// <summary><c>gspml prune</c>: writes a model whose weights were made sparse.</summary>
internal static class PruneCommand
{
    private static readonly Argument<string> Model = new("MODEL.onnx") { Description = "The trained model. It is only read, unless -o names it too." };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Where the pruned model goes." };
    public static readonly Option<double?> Sparsity = new("--sparsity", "-s") { CustomParser = Number.ReadMaybe, Description = "Average Hoyer sparsity of each group, 0 … 1; with --structured, of the vectors of channel scores." };
    public static readonly Option<double?> Zeros = new("--zeros") { CustomParser = Number.ReadMaybe, Description = "Fraction of the weights to be zero, 0 … 1, instead of --sparsity." };
    public static readonly Option<string> Preset = Choice.Of("--preset", "Sensible choices together; single ones can be changed below.", "paper", "fast", "accurate");
    public static readonly Option<string[]> Calibration = new("--calibration") { Description = "Typical input rows without labels; NAME=FILE, repeated, for a model with several inputs.", HelpName = "X.npy" };
    public static readonly Option<string?> Group = Choice.Maybe("--group", "What is a vector and what is a group.", "filter", "kernel", "input", "layer", "filter-in-model");
    public static readonly Option<string?> Score = Choice.Maybe("--score", "What makes a weight worth keeping; the last two need --calibration.", "magnitude", "activation", "saliency");
    public static readonly Option<string?> Allocation = Choice.Maybe("--allocation", "How the sparsity is shared out; measured needs --calibration.", "gsp", "gsp-scaled", "uniform", "measured");
    public static readonly Option<string?> Values = Choice.Maybe("--values", "What the kept weights become: GSP's own values, as they were, or refitted (needs --calibration).", "projected", "original", "reconstructed");
    public static readonly Option<string> Store = Choice.Of("--store", "How pruned tensors are written: dense, or sparse where that is smaller.", "dense", "sparse");
    public static readonly Option<string[]> Include = new("--include") { Description = "Only weights whose name matches the glob; repeatable.", HelpName = "GLOB" };
    public static readonly Option<string[]> Exclude = new("--exclude") { Description = "No weight whose name matches the glob; repeatable.", HelpName = "GLOB" };
    public static readonly Option<string[]> LayerSparsity = new("--layer-sparsity") { Description = "Another target for the weights that match; repeatable.", HelpName = "GLOB=S" };
    private static readonly Option<string?> Report = new("--report") { Description = "Write an HTML report too.", HelpName = "OUT.html" };
    private static readonly GzipOption Gzip = new();
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Report what would be done and write nothing." };

    public static Command Create(CommandShell shell)
    {
        var command = new Command("prune", "Prune a model's weights by grouped sparse projection.")
        {
            Model, Output, Sparsity, Zeros, ChannelRun.Structured, ChannelRun.Macs, ChannelRun.Parameters, ChannelRun.RoundTo, Preset, Calibration, Group, Score, Allocation, Values, Store, Include, Exclude, LayerSparsity, Report, Gzip, DryRun,
        };
        return shell.Runs(command, (parsed, cancel) => Run(parsed, new ProgressBar(shell.Messages), cancel));
    }

    private static CommandResult Run(ParseResult parsed, ProgressBar bar, CancellationToken cancel)
    {
        if (parsed.GetValue(ChannelRun.Structured)) return RunStructured(parsed, bar, cancel);
        ChannelRun.RefuseWithout(parsed);
        var options = ReadOptions(parsed);
        if (options.Calibration is null && NeedsCalibration(options) is { } choice) throw CommandException.Usage($"{choice} needs --calibration X.npy, some hundred typical input rows.");
        CheckOutputs(parsed);

        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        var (pruned, decisions) = Shown(bar, progress => ModelPruner.Prune(model, options, progress, cancel));
        using var _ = pruned;
        var before = PrunedFile.Of(model, Gzip.Measure(parsed, model)); // the output may replace the model's own file
        var after = Write(pruned, parsed);
        var result = PruneResult.Of(decisions, before, after);
        if (parsed.GetValue(Report) is { } page) PruneReportPage.Of(result).Save(page);
        return result;
    }

    private static ChannelPruneResult RunStructured(ParseResult parsed, ProgressBar bar, CancellationToken cancel)
    {
        var options = ChannelRun.Read(parsed);
        CheckOutputs(parsed);

        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        var (smaller, report) = Shown(bar, progress => ModelShrinker.Shrink(model, options, progress, cancel));
        using var _ = smaller;
        var before = PrunedFile.Of(model, Gzip.Measure(parsed, model));
        var result = ChannelPruneResult.Of(report, before, Write(smaller, parsed));
        if (parsed.GetValue(Report) is { } page) ChannelReportPage.Of(result).Save(page);
        return result;
    }

    private static void CheckOutputs(ParseResult parsed)
    {
        var output = parsed.GetValue(Output);
        if (output is null && !parsed.GetValue(DryRun)) throw CommandException.Usage("give -o OUT.onnx, or --dry-run.");
        if (output is not null) OutputFile.Check(output);
        if (parsed.GetValue(Report) is { } report) OutputFile.Check(report, parsed.GetRequiredValue(Model), output);
    }

    private static T Shown<T>(ProgressBar bar, Func<PruningProgressBar, T> run)
    {
        try
        {
            return run(new PruningProgressBar(bar));
        }
        finally
        {
            bar.Clear();
        }
    }

    private static PrunedFile? Write(OnnxModel pruned, ParseResult parsed)
    {
        if (parsed.GetValue(DryRun)) return null;
        var output = parsed.GetRequiredValue(Output)!;
        pruned.Save(output, new SaveOptions { Storage = Choice.Read<WeightStorage>(parsed, Store) });
        using var written = OnnxModel.Load(output);
        return PrunedFile.Of(written, Gzip.Measure(parsed, written));
    }

    private static PruningOptions ReadOptions(ParseResult parsed)
    {
        var preset = Preselected(parsed);
        return preset with
        {
            Group = Choice.Read(parsed, Group, preset.Group),
            Score = PruningWords.Score(parsed, preset.Score),
            Allocation = PruningWords.Allocation(parsed, preset.Allocation),
            Values = PruningWords.Values(parsed, preset.Values),
            Include = parsed.GetValue(Include) ?? [],
            Exclude = parsed.GetValue(Exclude) ?? [],
            LayerTargets = [.. (parsed.GetValue(LayerSparsity) ?? []).Select(ReadLayerTarget)],
        };
    }

    private static string? NeedsCalibration(PruningOptions options) =>
        options.Score.NeedsCalibration ? $"--score {options.Score}".ToLowerInvariant()
        : options.Allocation.NeedsCalibration ? "--allocation measured"
        : options.Values.NeedsCalibration ? "--values reconstructed"
        : null;

    private static PruningOptions Preselected(ParseResult parsed)
    {
        var target = TargetOption.Read(parsed, Sparsity, Zeros);
        var calibration = parsed.GetValue(Calibration) is { Length: > 0 } files ? EvalData.Read(files, labels: null) : null;
        var preset = Choice.Read<PruningPreset>(parsed, Preset);
        if (calibration is null && preset == PruningPreset.Accurate) throw CommandException.Usage("--preset accurate needs --calibration X.npy, some hundred typical input rows.");
        return preset.Options(target, calibration);
    }

    private static LayerTarget ReadLayerTarget(string text)
    {
        var at = text.LastIndexOf('=');
        return at > 0 && Number.TryParse(text.AsSpan(at + 1), out var sparsity) && sparsity is >= 0 and <= 1
            ? new(text[..at], SparsityTarget.Hoyer(sparsity))
            : throw CommandException.Usage($"--layer-sparsity {text}: wanted GLOB=S with S between 0 and 1.");
    }
}
