using System.CommandLine;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Prune;
using GspMl.Cli.Shell;
using GspMl.Cli.Usage;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Cli.Sweep;

/// <summary>
/// What a sweep makes: by <c>--zeros</c> pruned models, a curve for each preset; by <c>--structured --macs</c> models without some of their
/// channels.
/// </summary>
internal sealed class CurveOptions
{
    private const string Structured = "--structured";
    private static readonly string[] PresetWords = ["paper", "fast", "accurate"];

    private readonly AmountsOption zeros = new("--zeros", "The fractions of zeros to try");
    private readonly AmountsOption macs = new("--macs", $"With {Structured}, the fractions of multiply-accumulates to take out");
    private readonly Option<bool> structured = new(Structured)
    {
        Description = "Take whole channels out, as gspml shrink does, instead of pruning weights; needs --macs.",
    };
    private readonly Option<string?> preset = Choice.Maybe("--preset",
        "How each model is pruned, as by gspml prune. Default: accurate with --calibration, else fast.", PresetWords);
    private readonly Option<string?> presets = new("--presets")
    {
        Description = "Several presets in one sweep, a curve for each: fast,accurate.",
        HelpName = "A,B",
    };
    private readonly Option<int?> roundTo = new("--round-to")
    {
        Description = $"With {Structured}: every set of channels keeps a multiple of N outputs (8), or all.",
        HelpName = "N",
    };
    private readonly NameOption include = NameOption.Include();
    private readonly NameOption exclude = NameOption.Exclude();
    private readonly ThreadsOption threads = new();

    /// <summary>What says how far to go and how.</summary>
    public IReadOnlyList<Option> First => [zeros, structured, macs, AmountsOption.Step, preset, presets, roundTo];

    /// <summary>What says which weights, and with how many threads.</summary>
    public IReadOnlyList<Option> Last => [include, exclude, threads];

    /// <summary>The most threads to use.</summary>
    public int MaxThreads(ParseResult parsed) => threads.Read(parsed);

    /// <summary>The curves, without calibration rows.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isCalibrated">Whether there are such rows.</param>
    /// <exception cref="CommandException">Options do not go together, or a number is none.</exception>
    public IReadOnlyList<SweepCurve> Read(ParseResult parsed, bool isCalibrated)
    {
        if (parsed.GetValue(structured)) return [Shrunk(parsed, isCalibrated)];
        if (macs.IsGiven(parsed))
            throw CommandException.Usage($"--macs takes whole channels out: it needs {Structured}. Zeros are --zeros A..B.");
        if (parsed.GetValue(roundTo) is not null) throw CommandException.Usage($"--round-to needs {Structured}.");
        var amounts = zeros.Read(parsed);
        return [.. Presets(parsed, isCalibrated).Select(named => Pruned(parsed, named, amounts))];
    }

    /// <summary>The curves with calibration rows.</summary>
    public static IReadOnlyList<SweepCurve> Calibrated(IReadOnlyList<SweepCurve> curves, EvaluationData? rows) =>
    [
        .. curves.Select(curve => curve switch
        {
            PrunedCurve pruned => pruned with { Pruning = pruned.Pruning with { Calibration = rows } },
            ShrunkCurve shrunk => shrunk with { Shrinking = shrunk.Shrinking with { Calibration = rows } },
            _ => curve,
        }),
    ];

    private PrunedCurve Pruned(ParseResult parsed, PruningPreset named, IReadOnlyList<double> amounts) => new()
    {
        Name = $"{named}".ToLowerInvariant(),
        Amounts = amounts,
        Pruning = named.Options(SparsityTarget.Zeros(amounts[^1])) with
        {
            Include = include.Read(parsed),
            Exclude = exclude.Read(parsed),
            MaxThreads = threads.Read(parsed),
        },
    };

    private ShrunkCurve Shrunk(ParseResult parsed, bool isCalibrated)
    {
        if (zeros.IsGiven(parsed))
            throw CommandException.Usage($"--zeros and {Structured} exclude each other: {Structured} goes by --macs A..B.");
        if (parsed.GetValue(preset) is not null || parsed.GetValue(presets) is not null)
            throw CommandException.Usage($"presets are for --zeros, not for {Structured}.");
        if (parsed.GetValue(roundTo) is { } multiple and < 1) throw CommandException.Usage($"--round-to {multiple}: not at least 1.");
        var amounts = macs.Read(parsed);
        var options = new ShrinkOptions { Target = ShrinkTarget.Macs(amounts[^1]) };
        return new()
        {
            Name = "structured",
            Amounts = amounts,
            Shrinking = options with
            {
                Score = isCalibrated ? WeightScore.Saliency : options.Score,
                Values = isCalibrated ? WeightValues.Reconstructed : options.Values,
                Multiple = parsed.GetValue(roundTo) ?? options.Multiple,
                Include = include.Read(parsed),
                Exclude = exclude.Read(parsed),
                MaxThreads = threads.Read(parsed),
            },
        };
    }

    private IReadOnlyList<PruningPreset> Presets(ParseResult parsed, bool isCalibrated)
    {
        var usual = isCalibrated ? PruningPreset.Accurate : PruningPreset.Fast;
        if (parsed.GetValue(presets) is not { } several) return [Known(Choice.Read(parsed, preset, usual), "--preset", isCalibrated)];
        if (parsed.GetValue(preset) is not null) throw CommandException.Usage("--preset and --presets exclude each other.");
        var words = several.Split(',', StringSplitOptions.TrimEntries);
        if (words.Distinct().Count() < words.Length) throw CommandException.Usage($"--presets {several}: one stands there twice.");
        return [.. words.Select(word => Known(Preset(word), "--presets", isCalibrated))];
    }

    private static PruningPreset Preset(string word)
        => PresetWords.Contains(word) ? Enum.Parse<PruningPreset>(word, ignoreCase: true) : throw CommandException.Usage(
            $"--presets: '{word}' is none of {string.Join(", ", PresetWords)}{Spelling.Hint(word, PresetWords)}");

    private static PruningPreset Known(PruningPreset named, string option, bool isCalibrated)
        => named == PruningPreset.Accurate && !isCalibrated ? throw Calibration.Missing($"{option} accurate") : named;
}
