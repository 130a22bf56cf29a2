using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>The limits that a model must keep for <c>gspml eval</c> to end with 0.</summary>
internal sealed record QualityGates(double? AccuracyDropLimit, double? AgreementLimit)
{
    // Exactly the limit passes: accuracies are fractions of rows, rounded, and so are their differences (99.1 - 98.1 is more than 1).
    private const double Rounding = 1e-9;

    public static readonly Option<double?> MaxAccuracyDrop = new("--max-accuracy-drop")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Exit with 4 if the accuracy is more than P percentage points under the baseline's.",
        HelpName = "P",
    };
    public static readonly Option<double?> MinAgreement = new("--min-agreement")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Exit with 4 if fewer than P % of the rows get the baseline's class; needs no labels.",
        HelpName = "P",
    };

    public static QualityGates Read(ParseResult parsed, bool baseline, bool labels)
    {
        var gates = new QualityGates(parsed.GetValue(MaxAccuracyDrop), parsed.GetValue(MinAgreement));
        if (gates.AccuracyDropLimit is not null && !(baseline && labels))
            throw CommandException.Usage("--max-accuracy-drop needs --baseline and --labels.");
        if (gates.AgreementLimit is not null && !baseline) throw CommandException.Usage("--min-agreement needs --baseline.");
        return gates;
    }

    /// <exception cref="CommandException">The models have no classes that could agree.</exception>
    public IReadOnlyList<GateOutcome> Judge(ModelComparison both)
    {
        var outcomes = new List<GateOutcome>();
        if (AccuracyDropLimit is { } most && 100 * both.AccuracyDrop is { } drop) outcomes.Add(new("accuracy drop in points", drop, most,
            drop <= most + Rounding));
        if (AgreementLimit is { } least)
        {
            var agreement = 100 * both.Agreement ?? throw CommandException.Usage($"--min-agreement: {both.Baseline.Path} gives no classes; --classes-from or --threshold may tell where they are.");
            outcomes.Add(new("agreement in %", agreement, least, agreement >= least - Rounding));
        }
        return outcomes;
    }
}

/// <summary>One limit and whether it was kept.</summary>
internal sealed record GateOutcome(string Gate, double Value, double Limit, bool Passed)
{
    public override string ToString() => $"quality gate, {Gate}: {Value:F2}, limit {Limit:F2}: {(Passed ? "passed" : "FAILED")}";
}
