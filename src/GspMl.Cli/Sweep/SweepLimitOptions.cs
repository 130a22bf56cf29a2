using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Onnx.Sweeping;

namespace GspMl.Cli.Sweep;

/// <summary>
/// <c>--max-accuracy-drop</c> and <c>--min-agreement</c>: with one of them the sparsest model is searched for that keeps it.
/// </summary>
internal sealed class SweepLimitOptions
{
    private const double Whole = 100;

    private readonly Option<double?> maxAccuracyDrop = new("--max-accuracy-drop")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Find the sparsest model whose accuracy is, by the low end of its 95 % interval, at most P percentage points under "
            + "the dense one's; exit with 4 where there is none. Needs --labels.",
        HelpName = "P",
    };

    private readonly Option<double?> minAgreement = new("--min-agreement")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The same for the rows (of a map: the places) that get the dense model's class: at least P %. Needs no labels.",
        HelpName = "P",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(maxAccuracyDrop);
        command.Options.Add(minAgreement);
    }

    /// <summary>Whether there is one.</summary>
    public bool AreGiven(ParseResult parsed) => parsed.GetValue(maxAccuracyDrop) is not null || parsed.GetValue(minAgreement) is not null;

    /// <summary>The options with the limits.</summary>
    /// <exception cref="CommandException">A limit is none, or there are no labels for it.</exception>
    public SweepOptions Read(ParseResult parsed, SweepOptions options, bool labels)
    {
        if (parsed.GetValue(maxAccuracyDrop) is not null && !labels) throw CommandException.Usage("--max-accuracy-drop needs --labels.");
        foreach (var option in new[] { maxAccuracyDrop, minAgreement })
            if (parsed.GetValue(option) is { } percent and (< 0 or > Whole))
                throw CommandException.Usage($"{option.Name}: it lies between 0 and {Whole}; {percent} does not.");
        return options with
        {
            MaxAccuracyDrop = parsed.GetValue(maxAccuracyDrop) / Whole,
            MinAgreement = parsed.GetValue(minAgreement) / Whole,
        };
    }

    /// <summary>What a run returns; where no output has what the limit is of, that is told by the option.</summary>
    /// <exception cref="CommandException">There is no such output.</exception>
    public T Fit<T>(Func<T> run)
    {
        try { return run(); }
        catch (UnfitLimitException e) { throw CommandException.Usage($"{minAgreement.Name}: {e.Message}"); }
    }
}
