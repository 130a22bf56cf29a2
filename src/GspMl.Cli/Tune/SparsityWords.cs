using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary>The options that say what becomes of zeros: kept, rising, or induced by projections.</summary>
internal sealed class SparsityWords
{
    private readonly Option<bool> keep = new("--keep-zeros") { Description = "Weights that are zero stay zero; the default." };
    private readonly Option<string?> schedule = Choice.Maybe("--schedule",
        "rising: zeros rise to --zeros while the model trains, the smallest magnitudes of all layers, each as a part of what is no "
            + "smaller in its layer; others keep their values.", "rising");
    private readonly Option<string?> induced = Choice.Maybe("--induced",
        "Project again and again while the model trains, then keep the zeros: by gsp layer by layer (the paper's), by gsp over all "
        + "layers in scaled coordinates with the values as they are, or by magnitude in each layer. With --schedule rising the target is "
        + "reached bit by bit.",
        "gsp", "gsp-scaled", "magnitude");
    private readonly Option<double?> zeros = new("--zeros")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The fraction of zeros that --schedule or --induced ends with.",
    };
    private readonly Option<int> every = new("--every")
    {
        Description = "Steps from one choice of zeros to the next.",
        DefaultValueFactory = _ => 20,
        HelpName = "K",
    };

    public IReadOnlyList<Option> Options => [keep, schedule, induced, zeros, every];

    /// <summary>Whether zeros stay as they are.</summary>
    public bool Keeps(ParseResult parsed) => parsed.GetValue(schedule) is null && parsed.GetValue(induced) is null;

    /// <exception cref="CommandException">The words contradict each other.</exception>
    public TuningSparsity Read(ParseResult parsed)
    {
        var (rises, how, fraction, steps) = (parsed.GetValue(schedule) is not null, parsed.GetValue(induced), parsed.GetValue(zeros),
            parsed.GetValue(every));
        if (steps < 1) throw CommandException.Usage($"--every {steps}: at least 1.");
        if (Keeps(parsed)) return fraction is null ? TuningSparsity.KeepZeros
            : throw CommandException.Usage("--zeros needs --schedule rising or --induced.");
        if (parsed.GetValue(keep)) throw CommandException.Usage("--keep-zeros excludes --schedule and --induced.");
        if (fraction is not { } target) throw CommandException.Usage("--schedule and --induced need --zeros Z.");
        if (!(target is >= 0 and < 1)) throw CommandException.Usage($"--zeros {target}: not between 0 and 1.");
        return how is null ? TuningSparsity.Rising(target, steps) : TuningSparsity.Induced(Projection(how, SparsityTarget.Zeros(target)),
            steps, rises);
    }

    private static PruningOptions Projection(string how, SparsityTarget target) => how switch
    {
        "gsp" => PruningOptions.Paper(target),
        "gsp-scaled" => PruningOptions.Fast(target),
        _ => new() { Target = target, Allocation = SparsityAllocation.Uniform, Values = WeightValues.Original },
    };
}
