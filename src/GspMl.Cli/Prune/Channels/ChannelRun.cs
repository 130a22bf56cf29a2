using System.CommandLine;
using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Prune.Channels;

/// <summary><c>gspml prune --structured</c>: its options, and what they may not stand beside.</summary>
internal static class ChannelRun
{
    public static readonly Option<bool> Structured = new("--structured")
    {
        Description = "Take whole channels out instead of single weights: smaller tensors, faster on every runtime. Channels are followed through the graph; those that attention, "
            + "Softmax over channels, grouped convolutions, Split, subgraphs or the model's inputs and outputs need stay, and are listed with the reason. Every set of channels keeps --round-to of them at least. "
            + "With --calibration channels are chosen by what their loss costs and the layers that read them are refitted (--preset accurate).",
    };

    public static readonly Option<double?> Macs = new("--macs") { CustomParser = Number.ReadMaybe, Description = "With --structured: the fraction of the multiply-accumulates to take out, 0 … 1 (at least; counted on the smaller model)." };
    public static readonly Option<double?> Parameters = new("--params") { CustomParser = Number.ReadMaybe, Description = "With --structured: the fraction of the parameters to take out, 0 … 1." };

    public static readonly Option<int> RoundTo = new("--round-to") { Description = "With --structured: every set of channels keeps a multiple of N. ONNX Runtime's CPU kernels work on blocks of 8 or 16.", HelpName = "N", DefaultValueFactory = _ => 8 };

    /// <summary>Refuses options that only make sense with <c>--structured</c>.</summary>
    public static void RefuseWithout(ParseResult parsed)
    {
        if (Given(parsed, Macs, Parameters, RoundTo) is { Length: > 0 } flags) throw CommandException.Usage($"{flags} needs --structured.");
    }

    /// <summary>The options of a run.</summary>
    /// <exception cref="CommandException">Options exclude each other, or miss something.</exception>
    public static ShrinkOptions Read(ParseResult parsed)
    {
        if (Given(parsed, PruneCommand.Zeros, PruneCommand.Group, PruneCommand.Allocation, PruneCommand.LayerSparsity) is { Length: > 0 } flags)
            throw CommandException.Usage($"{flags} and --structured exclude each other: channels are chosen with --sparsity, --macs or --params.");
        if (parsed.GetRequiredValue(PruneCommand.Store) == "sparse") throw CommandException.Usage("--store sparse and --structured exclude each other: the smaller tensors hold no zeros.");
        if (parsed.GetValue(PruneCommand.Values) == "projected") throw CommandException.Usage("--values projected and --structured exclude each other: --values original or reconstructed.");
        var calibration = parsed.GetValue(PruneCommand.Calibration) is { Length: > 0 } files ? EvalData.Read(files, labels: null) : null;
        return WithScore(parsed, new() { Target = Target(parsed), Multiple = Multiple(parsed), Calibration = calibration, Include = parsed.GetValue(PruneCommand.Include) ?? [], Exclude = parsed.GetValue(PruneCommand.Exclude) ?? [] });
    }

    /// <summary>Calibration data is made the most of, unless a preset without it or a single option says otherwise.</summary>
    private static ShrinkOptions WithScore(ParseResult parsed, ShrinkOptions options)
    {
        var isAccurate = IsGiven(parsed, PruneCommand.Preset) ? parsed.GetRequiredValue(PruneCommand.Preset) == "accurate" : options.Calibration is not null;
        var start = isAccurate ? options with { Score = WeightScore.Saliency, Values = WeightValues.Reconstructed } : options;
        var chosen = start with { Score = PruningWords.Score(parsed, start.Score), Values = PruningWords.Values(parsed, start.Values) };
        if (options.Calibration is not null || (chosen.Score == WeightScore.Magnitude && chosen.Values == WeightValues.Original)) return chosen;
        var flag = isAccurate ? "--preset accurate" : chosen.Score != WeightScore.Magnitude ? $"--score {chosen.Score}".ToLowerInvariant() : "--values reconstructed";
        throw CommandException.Usage($"{flag} needs --calibration X.npy, some hundred typical input rows.");
    }

    private static ShrinkTarget Target(ParseResult parsed)
    {
        Option<double?>[] options = [PruneCommand.Sparsity, Macs, Parameters];
        var given = options.Where(option => parsed.GetValue(option) is not null).ToList();
        if (given.Count == 0) throw CommandException.Usage("give --sparsity S, --macs F or --params F with --structured.");
        if (given.Count > 1) throw CommandException.Usage($"{string.Join(" and ", given.Select(option => option.Name))} exclude each other.");
        var value = parsed.GetValue(given[0])!.Value;
        if (!(value is >= 0 and <= 1)) throw CommandException.Usage($"{given[0].Name} {value}: not between 0 and 1.");
        return given[0] == Macs ? ShrinkTarget.Macs(value) : given[0] == Parameters ? ShrinkTarget.Parameters(value) : ShrinkTarget.Sparsity(value);
    }

    private static int Multiple(ParseResult parsed)
        => parsed.GetValue(RoundTo) is var multiple and > 0 ? multiple : throw CommandException.Usage($"--round-to {parsed.GetValue(RoundTo)}: not at least 1.");

    private static string Given(ParseResult parsed, params Option[] options) => string.Join(", ", options.Where(option => IsGiven(parsed, option)).Select(option => option.Name));

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
