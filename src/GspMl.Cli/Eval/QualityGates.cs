using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>The limits that a model must keep for <c>gspml eval</c> to end with 0.</summary>
internal sealed record QualityGates(double? AccuracyDropLimit, double? AgreementLimit)
{
    // Exactly the limit passes: accuracies are fractions of rows, rounded, and so are their differences (99.1 - 98.1 is more than 1).
    private const double Rounding = 1e-9;

    public static readonly Option<double?> MaxAccuracyDrop = Limit("--max-accuracy-drop", "P",
        "Exit with 4 if the accuracy is more than P percentage points under the baseline's.");
    public static readonly Option<double?> MinAgreement = Limit("--min-agreement", "P",
        "Exit with 4 if fewer than P % of the rows (of a map: of the places) get the baseline's class; needs no labels.");
    public static readonly Option<double?> MinCosine = Limit("--min-cosine", "C",
        "Exit with 4 if the mean cosine similarity of an embedding or a map to the baseline's is under C, in [−1,1].");
    public static readonly Option<double?> MaxRelativeError = Limit("--max-relative-error", "P",
        "Exit with 4 if the error of a regression or a map is more than P % of the baseline's values (root mean squares).");
    public static readonly Option<double?> MinSameReading = Limit("--min-same-reading", "P",
        "Exit with 4 if fewer than P % of the rows of a sequence are read as by the baseline.");
    public static readonly Option<double?> MinMatchingBoxes = Limit("--min-matching-boxes", "P",
        "Exit with 4 if fewer than P % of the boxes match the baseline's.");

    /// <summary>All of the gates' options.</summary>
    public static IReadOnlyList<Option<double?>> Options { get; } =
        [MaxAccuracyDrop, MinAgreement, MinCosine, MaxRelativeError, MinSameReading, MinMatchingBoxes];

    /// <summary>Whether there is a limit.</summary>
    public bool AreSet => AccuracyDropLimit is not null || AgreementLimit is not null || ByTask.Count > 0;

    private static IReadOnlyList<Option<double?>> Percentages { get; } = [MinAgreement, MinSameReading, MinMatchingBoxes];

    /// <summary>The limits that hold for outputs of some tasks.</summary>
    public IReadOnlyList<TaskGate> ByTask { get; init; } = [];

    public static QualityGates Read(ParseResult parsed, bool baseline, bool labels)
    {
        if (parsed.GetValue(MaxAccuracyDrop) is not null && !(baseline && labels))
            throw CommandException.Usage("--max-accuracy-drop needs --baseline and --labels.");
        if (Options.FirstOrDefault(option => !baseline && parsed.GetValue(option) is not null) is { } alone)
            throw CommandException.Usage($"{alone.Name} needs --baseline.");
        if (parsed.GetValue(MinCosine) is { } cosine and (< -1 or > 1))
            throw CommandException.Usage($"--min-cosine: a cosine lies between −1 and 1; {cosine} does not.");
        foreach (var option in Percentages)
            if (parsed.GetValue(option) is { } percent and (< 0 or > 100))
                throw CommandException.Usage($"{option.Name}: a percentage lies between 0 and 100; {percent} does not.");
        if (parsed.GetValue(MaxRelativeError) is { } error and < 0)
            throw CommandException.Usage($"--max-relative-error: an error is never under 0; {error} is.");
        return new(parsed.GetValue(MaxAccuracyDrop), parsed.GetValue(MinAgreement)) { ByTask = [.. TaskGate.Read(parsed)] };
    }

    /// <summary>Refuses limits that hold for none of the outputs, which the baseline alone shows.</summary>
    /// <param name="baseline">The baseline, compared with itself.</param>
    /// <exception cref="CommandException">There is one; the message says why.</exception>
    public void Check(ModelComparison baseline) => Judge(baseline);

    /// <exception cref="CommandException">A gate does not apply to any output; the message says why.</exception>
    public IReadOnlyList<GateOutcome> Judge(ModelComparison both)
    {
        var outcomes = new List<GateOutcome>();
        if (AccuracyDropLimit is { } most && 100 * both.AccuracyDrop is { } drop)
            outcomes.Add(new("accuracy drop in points", drop, most, drop <= most + Rounding));
        if (AgreementLimit is { } least) outcomes.AddRange(Agreement(both, least));
        foreach (var gate in ByTask) outcomes.AddRange(gate.Judge(both.Judgements, Rounding));
        return outcomes;
    }

    private static IEnumerable<GateOutcome> Agreement(ModelComparison both, double least)
    {
        if (100 * both.Agreement is { } agreement) return [new("agreement in %", agreement, least, agreement >= least - Rounding)];
        var maps = new TaskGate(MinAgreement.Name, "agreement in %", least, true, judgement => 100 * judgement.Map?.Agreement?.Value,
            "an output of classes; --task, --classes-from or --threshold may tell where they are");
        return maps.Judge(both.Judgements, Rounding);
    }

    private static Option<double?> Limit(string name, string number, string description)
        => new(name) { CustomParser = Number.ReadMaybe, Description = description, HelpName = number };
}

/// <summary>One limit and whether it was kept.</summary>
internal sealed record GateOutcome(string Gate, double Value, double Limit, bool Passed)
{
    public override string ToString()
        => $"quality gate, {Gate}: {Value:0.00##}, limit {Limit:0.00##}: {(Passed ? "passed" : "FAILED")}";
}
