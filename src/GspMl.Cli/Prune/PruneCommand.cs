using System.CommandLine;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Projection;
using GspMl.Cli.Recipes;
using GspMl.Cli.Shell;
using GspMl.Cli.Tune;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Cli.Prune;

/// <summary><c>gspml prune</c>: writes a model whose weights were made sparse.</summary>
internal static class PruneCommand
{
    private static readonly ModelChange Files = new();
    private static readonly Option<double?> Sparsity = new("--sparsity", "-s")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Average Hoyer sparsity of each group, 0 … 1.",
    };
    private static readonly Option<double?> Zeros = new("--zeros")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Fraction of the weights to be zero, 0 … 1, instead of --sparsity.",
    };
    private static readonly Option<string> Preset = Choice.Of("--preset",
        "Sensible choices together; single ones can be changed below.",
        "paper", "fast", "accurate");
    private static readonly Calibration Calibration = new();
    private static readonly Option<string?> Group = Choice.Maybe("--group",
        "What is a vector and what is a group.",
        "filter", "kernel", "input", "layer", "filter-in-model");
    private static readonly Option<string?> Score = Choice.Maybe("--score",
        "What makes a weight worth keeping; activation and saliency need --calibration.",
        "magnitude", "activation", "saliency");
    private static readonly Option<string?> Allocation = Choice.Maybe("--allocation",
        "How the sparsity is shared out; measured needs --calibration.",
        "gsp", "gsp-scaled", "uniform", "measured");
    private static readonly Option<string?> Values = Choice.Maybe("--values",
        "What the kept weights become: GSP's own values, as they were, or refitted (needs --calibration).",
        "projected", "original", "reconstructed");
    private static readonly PatternOptions Pattern = new();
    private static readonly PermuteOption Permute = new();
    private static readonly WritingOptions Writing = new();
    private static readonly Option<string> Store = Choice.Of("--store",
        "How pruned tensors are written: dense, or sparse where that is smaller.",
        "dense", "sparse");
    private static readonly NameOption Include = NameOption.Include();
    private static readonly NameOption Exclude = NameOption.Exclude();
    private static readonly Option<string[]> LayerSparsity = new("--layer-sparsity")
    {
        Description = "Another target for the weights that match; repeatable.",
        HelpName = "GLOB=S",
    };
    private static readonly TuneOption Tune = new();
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("prune",
            "Prune a model's weights by grouped sparse projection. (To take whole channels out: gspml shrink.)")
        {
            Sparsity, Zeros, Preset, Calibration, Calibration.Constants, Calibration.Axes, Group, Score, Allocation, Values, Store,
                Include, Exclude, LayerSparsity, Tune, Tune.HeldBack, Threads,
        };
        Pattern.AddTo(command);
        Permute.AddTo(command);
        Writing.AddTo(command);
        Files.AddTo(command);
        FormerOptions.AddTo(command);
        return shell.Runs(command, RecipeOptions.AddTo(command, shell, (parsed, cancel) => Run(parsed, shell.Messages, cancel)));
    }

    private static PruneResult Run(ParseResult parsed, TextWriter messages, CancellationToken cancel)
    {
        FormerOptions.Refuse(parsed);
        var options = ReadOptions(parsed);
        Writing.Read(parsed, options);
        Files.Check(parsed);

        using var model = Files.Load(parsed);
        var rows = Calibration.Read(parsed, model, messages);
        options = options with { Calibration = Tune.Fitted(parsed, model, rows) };
        if (Unfitted(parsed, options) is { } note) messages.WriteLine(note);
        var permuted = Permute.Run(parsed, model, options, cancel);
        using var reordered = permuted?.Model;
        var (pruned, decisions) = ModelChange.Shown(new(messages),
            progress => ModelPruner.Prune(reordered ?? model, options, progress, cancel));
        using var _ = pruned;
        Reasons.Tell(messages, PruneReasons.Of(decisions));
        using var tuned = Tune.Run(parsed, model, pruned, rows, options.MaxThreads, messages, cancel);
        // Tuned first: zeros stay where they are, and the layers that are rewritten are those that are written.
        var rewritten = Writing.Read(parsed, options) is { } fast ? Rewritten(tuned?.Model ?? pruned, fast, messages, cancel) : null;
        var before = Files.Before(parsed, model);
        var storage = Choice.Read<WeightStorage>(parsed, Store);
        var after = Files.Write(parsed, rewritten?.Model ?? tuned?.Model ?? pruned, storage, cancel);
        var result = PruneResult.Of(tuned is null ? decisions : TunedPruning.Told(decisions, tuned.Model), before, after) with
        {
            Channels = permuted is null ? null : ChannelOrder.Of(permuted.Report),
            Tuning = tuned?.Summary,
            Speed = rewritten is null ? null : FastWriting.Of(rewritten.Report),
        };
        Files.SaveReport(parsed, page => PruneReportPage.Of(result, WeightHistogram.Svg(model, tuned?.Model ?? pruned)).Save(page));
        return result;
    }

    private static RewriteResult Rewritten(OnnxModel pruned, RewriteOptions options, TextWriter messages, CancellationToken cancel)
    {
        var bar = new ProgressBar(messages);
        bar.Tell("timing how each layer runs fastest with its columns; outputs are compared before anything is written …");
        try { return ModelRewriter.Rewrite(pruned, options with { Progress = new RewritingProgressBar(bar) }, cancel); }
        finally { bar.Clear(); }
    }

    /// <summary>All but the calibration rows, which are read once the model is known that takes them.</summary>
    private static PruningOptions ReadOptions(ParseResult parsed)
    {
        var preset = Choice.Read<PruningPreset>(parsed, Preset);
        var pattern = Pattern.Read(parsed);
        var preselected = preset.Options(ReadTarget(parsed, pattern));
        var options = preselected with
        {
            Group = Choice.Read(parsed, Group, preselected.Group),
            Score = PruningWords.Score(parsed, Score, preselected.Score),
            Allocation = PruningWords.Allocation(parsed, Allocation, preselected.Allocation),
            Pattern = pattern,
            Values = PruningWords.Values(parsed, Values, preselected.Values),
            Include = Include.Read(parsed),
            Exclude = Exclude.Read(parsed),
            MaxThreads = Threads.Read(parsed),
            LayerTargets = [.. (parsed.GetValue(LayerSparsity) ?? []).Select(ReadLayerTarget)],
        };
        Check(options);
        Permute.Check(parsed, pattern);
        Tune.Check(parsed, Calibration);
        if (Calibration.IsGiven(parsed)) return options;
        if (preset == PruningPreset.Accurate) throw Calibration.Missing("--preset accurate");
        return NeedsCalibration(options) is { } choice ? throw Calibration.Missing(choice) : options;
    }

    /// <summary>What is to be reached; a pattern such as 2:4 says it alone.</summary>
    private static SparsityTarget ReadTarget(ParseResult parsed, SparsityPattern pattern)
        => pattern.FixedZeros is { } zeros && parsed.GetValue(Sparsity) is null && parsed.GetValue(Zeros) is null
            ? SparsityTarget.Zeros(zeros) : TargetOption.Read(parsed, Sparsity, Zeros);

    private static void Check(PruningOptions options)
    {
        try { options.ValidatePattern(); }
        catch (ArgumentException e) { throw CommandException.Usage(CommandException.Text(e)); }
    }

    /// <summary>What is told of calibration rows that nothing is fitted to: who gives some expects that.</summary>
    private static string? Unfitted(ParseResult parsed, PruningOptions options)
        => options.Calibration is null || NeedsCalibration(options) is not null || Tune.IsGiven(parsed) || !options.Pattern.IsScattered
            ? null
            : "No weight is fitted to the calibration rows: they serve "
                + (options.Allocation.IsScaled ? "to compare layers by their outputs, and " : "")
                + "for the statistics of BatchNormalization. --preset accurate fits the weights to them.";

    private static string? NeedsCalibration(PruningOptions options) =>
        options.Score.NeedsCalibration ? $"--score {options.Score}".ToLowerInvariant()
        : options.Allocation.NeedsCalibration ? "--allocation measured"
        : options.Values.NeedsCalibration ? "--values reconstructed"
        : null;

    private static LayerTarget ReadLayerTarget(string text)
    {
        var at = text.LastIndexOf('=');
        return at > 0 && Number.TryParse(text.AsSpan(at + 1), out var sparsity) && sparsity is >= 0 and <= 1
            ? new(text[..at], SparsityTarget.Hoyer(sparsity))
            : throw CommandException.Usage($"--layer-sparsity {text}: wanted GLOB=S with S between 0 and 1.");
    }
}
