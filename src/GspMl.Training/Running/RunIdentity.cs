using System.Globalization;
using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Training.Data;

namespace GspMl.Training.Running;

/// <summary>Something that one run may have otherwise than another.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Value">Its text, or the hash of its content.</param>
/// <param name="IsContent">Whether the value is a hash, which tells nobody anything.</param>
internal sealed record RunTrait(string Name, string Value, bool IsContent = false);

/// <summary>
/// All that the result of a run depends on, so that the state of another run is not taken for this one's. Threads and what runs the steps
/// are not among it: they change how numbers are rounded, and a run may go on elsewhere.
/// </summary>
internal sealed record RunIdentity(IReadOnlyList<RunTrait> Traits)
{
    private const string Absent = "none";

    /// <summary>Reads and hashes the models and the rows.</summary>
    /// <exception cref="OnnxModelException">External data cannot be read.</exception>
    public static RunIdentity Of(OnnxModel model, TuningOptions options, RowStore store) => new([
        Content("the model", ContentHash.Of(model)),
        Content("the teacher", options.Teacher is { } teacher ? ContentHash.Of(teacher) : Absent),
        Content("the rows", ContentHash.Of(store)),
        Content("the labels", options.Data.Labels is { } labels ? ContentHash.Of(labels) : Absent),
        .. Course(options),
        .. Sparsity(options.Sparsity),
    ]);

    /// <summary>What another run has otherwise, as messages tell it.</summary>
    public IEnumerable<string> Differences(IReadOnlyDictionary<string, string> other)
    {
        foreach (var trait in Traits)
            if (other.GetValueOrDefault(trait.Name) is var value && value != trait.Value)
                yield return trait.IsContent ? trait.Name : $"{trait.Name} ({value ?? Absent} there, {trait.Value} here)";
    }

    private static IEnumerable<RunTrait> Course(TuningOptions options) => [
        Plain("epochs", $"{options.Epochs}"),
        Plain("the batch size", $"{options.BatchSize}"),
        Plain("the optimizer", $"{Optimizer(options.Optimizer)}"),
        Plain("the loss", $"{(options.Loss.FollowsTask ? "by task" : "given")}, temperature {options.Loss.Temperature ?? 0}"),
        Plain("the share of labels", $"{options.LabelShare}"),
        Plain("the output of labels", $"{options.Output ?? Absent}"),
        Plain("the warm-up", $"{options.WarmUp}"),
        Plain("the part held back", $"{options.HeldBack}"),
        Plain("patience", $"{options.Patience?.ToString(CultureInfo.InvariantCulture) ?? Absent}"),
        Plain("the seed", $"{options.Seed}"),
        // A record tells its properties too.
        Plain("the variation of rows", $"{options.Variation?.ToString() ?? Absent}"),
        Plain("normalization", $"{options.Normalization}"),
    ];

    private static string Optimizer(TuningOptimizer made)
        => $"{(made.IsAdaptive ? "Adam" : "SGD")}, learning rate {Text(made.LearningRate)}, momentum {Text(made.Momentum)}, of squares "
            + $"{Text(made.SquareMomentum)}, epsilon {Text(made.Epsilon)}, decay {Text(made.WeightDecay)}";

    private static IEnumerable<RunTrait> Sparsity(TuningSparsity options) => [
        Plain("zeros to rise to", $"{options.Zeros?.ToString(CultureInfo.InvariantCulture) ?? Absent}"),
        Plain("steps between choices of zeros", $"{options.Every}"),
        Plain("the part of steps that chooses zeros", $"{options.Until}"),
        Plain("a target that rises", $"{options.Rises}"),
        Plain("the projection", $"{(options.Projection is { } projection ? Projection(projection) : Absent)}"),
        Content("the projection's rows", options.Projection?.Calibration is { } rows ? ContentHash.Of(rows) : Absent),
    ];

    private static string Projection(PruningOptions options)
        => $"{Target(options.Target)} of {options.Group}, {options.Allocation}, {options.Score}, {options.Pattern}, values "
            + $"{options.Values}{Layers(options)}{Calibrated(options)}";

    private static string Layers(PruningOptions options)
        => string.Concat(options.Include.Select(glob => $", only {glob}")) + string.Concat(options.Exclude.Select(glob => $", not {glob}"))
            + string.Concat(options.LayerTargets.Select(own => $", {own.Pattern}: {Target(own.Target)}"));

    private static string Calibrated(PruningOptions options)
        => options.Calibration is null ? ""
            : $", {options.Reconstruction}, levels {string.Join(' ', options.Reconstruction.Levels.Select(Text))}";

    private static string Target(SparsityTarget target) => $"{(target.IsZeros ? "zeros" : "Hoyer")} {Text(target.Value)}";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static RunTrait Content(string name, string hash) => new(name, hash, IsContent: true);

    private static RunTrait Plain(string name, FormattableString value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}
