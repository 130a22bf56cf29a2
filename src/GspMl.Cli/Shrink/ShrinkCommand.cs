using System.CommandLine;
using GspMl.Cli.Guarding;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Recipes;
using GspMl.Cli.Shell;
using GspMl.Cli.Tune;
using GspMl.Onnx;
using GspMl.Onnx.Shrinking;

namespace GspMl.Cli.Shrink;

/// <summary><c>gspml shrink</c>: writes a model without some of its channels.</summary>
internal static class ShrinkCommand
{
    private static readonly ModelChange Files = new();
    private static readonly Option<double?> Sparsity = new("--sparsity", "-s")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Average Hoyer sparsity of the vectors of channel scores, 0 … 1.",
    };
    private static readonly Option<double?> Macs = new("--macs")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The fraction of the multiply-accumulates to take out, 0 … 1 (at least; counted on the smaller model).",
    };
    private static readonly Option<double?> Parameters = new("--params")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The fraction of the parameters to take out, 0 … 1.",
    };
    private static readonly Option<double?> Bytes = new("--bytes")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The fraction of the bytes of tensors to take out, 0 … 1. Of --latency, --macs, --params and --bytes all given are "
            + "met.",
    };
    private static readonly Option<double?> Latency = new("--latency")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The fraction of the time of a run to take out, 0 … 1, as measured on this machine: layers are timed alone at the "
            + "widths that come into question, and the smaller model in turns with the dense one.",
    };
    private static readonly Option<int> Rows = new("--rows")
    {
        Description = "Rows of a typical run, for --latency.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> RoundTo = new("--round-to")
    {
        Description = "Every set of channels keeps a multiple of N outputs, or all. ONNX Runtime's CPU kernels work on blocks of 8 or 16.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    };
    private static readonly Calibration Calibration = new();
    private static readonly Option<string?> Score = Choice.Maybe("--score",
        "What makes a channel worth keeping; activation and saliency need --calibration. Default: saliency with --calibration, else "
            + "magnitude.",
        "magnitude", "activation", "saliency");
    private static readonly Option<string?> Values = Choice.Maybe("--values",
        "What becomes of the layers that read the channels: as they were, or refitted (needs --calibration, and is the default with it).",
        "original", "reconstructed");
    private static readonly TuneOption Tune = new();
    private static readonly ThreadsOption Threads = new();
    private static readonly NameOption Include = NameOption.Include("channels of weights");
    private static readonly NameOption Exclude = NameOption.Exclude("channel of weights");

    private static readonly Option<string?> Explain = new("--explain")
    {
        Description = "Only tell what goes with the channels of a weight, tensor or node, and why those that stay cannot go.",
        HelpName = "NAME",
    };

    /// <summary>What says which channels go, and what becomes of the others.</summary>
    private static IReadOnlyList<Option> OfChanges
        => [Sparsity, Macs, Parameters, Bytes, Latency, Rows, RoundTo, Score, Values, Include, Exclude, Tune, Tune.HeldBack];

    public static Command Create(CommandShell shell)
    {
        var command = new Command("shrink",
            "Take whole channels out of a model, heads and their features among them: smaller tensors, faster on every runtime. Channels "
            + "are followed through the graph; those that Softmax or normalisation over channels, subgraphs or the "
            + "model's inputs and outputs need stay, and are listed with the reason. Every set of channels keeps --round-to outputs at "
            + "least, or all. With --calibration it is measured what fewer channels of each set cost, and the layers that read "
            + "them are refitted.")
        {
            Sparsity, Macs, Parameters, Bytes, Latency, Rows, RoundTo,
            Calibration, Calibration.Constants, Calibration.Axes, Score, Values, Include, Exclude, Explain, Tune, Tune.HeldBack, Threads,
        };
        Files.AddTo(command);
        return shell.Runs(command, RecipeOptions.AddTo(command, shell, (parsed, cancel) => Run(parsed, shell.Messages, cancel)));
    }

    private static CommandResult Run(ParseResult parsed, TextWriter messages, CancellationToken cancel)
    {
        if (parsed.GetValue(Explain) is { } name) return Traced(parsed, name, messages);
        var options = Read(parsed);
        Files.Check(parsed);
        using var model = Files.Load(parsed);
        var rows = Calibration.Read(parsed, model, messages);
        options = options with { Calibration = Tune.Fitted(parsed, model, rows) };
        if (options.Calibration is not null) MemoryLimit.Refuse(ShrinkMemory.Of(model), "without calibration rows it takes less");
        var (smaller, report) = ModelChange.Shown(new(messages), progress => ModelShrinker.Shrink(model, options, progress, cancel));
        using var _ = smaller;
        Reasons.Tell(messages, ShrinkReasons.Of(report));
        using var tuned = Tune.Run(parsed, model, smaller, rows, options.MaxThreads, messages, cancel);
        var before = Files.Before(parsed, model);
        var after = Files.Write(parsed, tuned?.Model ?? smaller, WeightStorage.Dense, cancel);
        var result = ShrinkResult.Of(report, before, after) with
        {
            Tuning = tuned?.Summary,
        };
        Files.SaveReport(parsed, page => ShrinkReportPage.Of(result).Save(page));
        return result;
    }

    private static ExplainResult Traced(ParseResult parsed, string name, TextWriter messages)
    {
        if (OfChanges.Concat(Files.Outputs).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            throw CommandException.Usage($"--explain only tells, and changes and writes nothing: it does not go with {other.Name}.");
        using var model = Files.Load(parsed);
        return new(name, ModelShrinker.Explain(model, name, Calibration.Read(parsed, model, messages)));
    }

    /// <summary>All but the calibration rows, which are read once the model is known that takes them.</summary>
    private static ShrinkOptions Read(ParseResult parsed)
    {
        var targets = Targets(parsed);
        var multiple = parsed.GetValue(RoundTo) is var n and > 0
            ? n : throw CommandException.Usage($"--round-to {parsed.GetValue(RoundTo)}: not at least 1.");
        var isCalibrated = Calibration.IsGiven(parsed);
        var options = new ShrinkOptions
        {
            Target = targets[0],
            Also = [.. targets.Skip(1)],
            Multiple = multiple,
            Score = PruningWords.Score(parsed, Score, isCalibrated ? WeightScore.Saliency : WeightScore.Magnitude),
            Values = PruningWords.Values(parsed, Values, isCalibrated ? WeightValues.Reconstructed : WeightValues.Original),
            Include = Include.Read(parsed),
            Exclude = Exclude.Read(parsed),
            MaxThreads = Threads.Read(parsed),
            Rows = ReadRows(parsed),
        };
        Tune.Check(parsed, Calibration);
        if (isCalibrated) return options;
        if (options.Score != WeightScore.Magnitude) throw Calibration.Missing($"--score {parsed.GetValue(Score)}");
        return options.Values == WeightValues.Original ? options : throw Calibration.Missing("--values reconstructed");
    }

    private static int ReadRows(ParseResult parsed)
    {
        var rows = parsed.GetValue(Rows);
        if (rows < 1) throw CommandException.Usage($"--rows {rows}: a run has at least one row.");
        if (parsed.GetResult(Rows) is { Implicit: false } && parsed.GetValue(Latency) is null)
            throw CommandException.Usage("--rows is for --latency.");
        return rows;
    }

    private static List<ShrinkTarget> Targets(ParseResult parsed)
    {
        var given = new (Option<double?> Option, Func<double, ShrinkTarget> Target)[]
        {
            (Sparsity, ShrinkTarget.Sparsity), (Latency, ShrinkTarget.Latency), (Macs, ShrinkTarget.Macs),
            (Parameters, ShrinkTarget.Parameters), (Bytes, ShrinkTarget.Bytes),
        }.Where(asked => parsed.GetValue(asked.Option) is not null).ToList();
        if (given.Count == 0) throw CommandException.Usage("give --sparsity S, --macs F, --params F, --bytes F or --latency F.");
        if (given.Count > 1 && given[0].Option == Sparsity)
            throw CommandException.Usage($"{string.Join(" and ", given.Select(asked => asked.Option.Name))} exclude each other.");
        return [.. given.Select(asked => Checked(asked.Option, parsed.GetValue(asked.Option)!.Value, asked.Target))];
    }

    private static ShrinkTarget Checked(Option<double?> option, double value, Func<double, ShrinkTarget> target)
        => value is >= 0 and <= 1 ? target(value) : throw CommandException.Usage($"{option.Name} {value}: not between 0 and 1.");
}
