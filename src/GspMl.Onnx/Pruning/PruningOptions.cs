using GspMl.Collections;
using GspMl.Onnx.Collections;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>A target for the layers that a pattern matches; each of them is then a group of its own.</summary>
/// <param name="Pattern">A glob over weight and node names: <c>*</c> for any characters, <c>?</c> for one.</param>
/// <param name="Target">What these layers are to reach.</param>
public sealed record LayerTarget(string Pattern, SparsityTarget Target);

/// <summary>What to prune, and how.</summary>
public sealed record PruningOptions
{
    /// <summary>What each group is to reach.</summary>
    public required SparsityTarget Target { get; init; }

    /// <summary>What the vectors and the groups are.</summary>
    public WeightGroup Group { get; init; } = WeightGroup.Filter;

    /// <summary>How sparsity is spread.</summary>
    public SparsityAllocation Allocation { get; init; } = SparsityAllocation.Gsp;

    /// <summary>What makes a weight worth keeping.</summary>
    public WeightScore Score { get; init; } = WeightScore.Magnitude;

    /// <summary>Where zeros may lie.</summary>
    public SparsityPattern Pattern { get; init; } = SparsityPattern.Scattered;

    /// <summary>What the weights that stay hold.</summary>
    public WeightValues Values { get; init; } = WeightValues.Projected;

    /// <summary>
    /// Typical inputs of the model, some hundred rows, without labels. Where given and values are not reconstructed, the
    /// statistics of BatchNormalization are estimated anew on them.
    /// </summary>
    public EvaluationData? Calibration { get; init; }

    /// <summary>How calibration data is used.</summary>
    public ReconstructionOptions Reconstruction { get; init; } = new();

    /// <summary>Globs: only weights that match one are pruned. Empty: all.</summary>
    public IReadOnlyList<string> Include { get; init => field = ContentList.Of(value); } = ContentList.Of<string>([]);

    /// <summary>Globs: weights that match one are left alone.</summary>
    public IReadOnlyList<string> Exclude { get; init => field = ContentList.Of(value); } = ContentList.Of<string>([]);

    /// <summary>Targets of their own for some layers; the last pattern that matches counts.</summary>
    public IReadOnlyList<LayerTarget> LayerTargets { get; init => field = ContentList.Of(value); } = ContentList.Of<LayerTarget>([]);

    /// <summary>
    /// The most threads to use, ONNX Runtime's among them; 0 for as many as there are processors, 1 for the calling thread alone.
    /// </summary>
    public int MaxThreads { get; init; }

    /// <summary>
    /// The paper's method: grouped sparse projection layer by layer, with its own values (Ohib et al., TMLR 2022). Needs no data.
    /// </summary>
    /// <param name="target">What each layer is to reach.</param>
    public static PruningOptions Paper(SparsityTarget target) => new() { Target = target };

    /// <summary>The best without data: projection of all layers together in scaled coordinates, kept weights as they were.</summary>
    /// <param name="target">What all layers together are to reach.</param>
    public static PruningOptions Fast(SparsityTarget target)
        => new() { Target = target, Allocation = SparsityAllocation.GspScaled, Values = WeightValues.Original };

    /// <summary>The best with calibration data: measured allocation, saliencies in stages, reconstructed values.</summary>
    /// <param name="target">What all layers together are to reach.</param>
    /// <param name="calibration">Some hundred typical inputs of the model, without labels.</param>
    /// <exception cref="ArgumentNullException">There are no calibration inputs.</exception>
    public static PruningOptions Accurate(SparsityTarget target, EvaluationData calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return AccurateChoices(target) with { Calibration = calibration };
    }

    /// <summary>The same before the inputs are read.</summary>
    internal static PruningOptions AccurateChoices(SparsityTarget target) => new()
    {
        Target = target,
        Score = WeightScore.Saliency,
        Allocation = SparsityAllocation.Measured,
        Values = WeightValues.Reconstructed,
    };

    /// <exception cref="ArgumentException">A property has an impossible value, or the choices need calibration inputs and there are
    /// none.</exception>
    internal void Validate()
    {
        Require.Set(Target);
        Require.Defined(Group);
        ArgumentNullException.ThrowIfNull(Allocation);
        ArgumentNullException.ThrowIfNull(Score);
        ArgumentNullException.ThrowIfNull(Values);
        ArgumentNullException.ThrowIfNull(Reconstruction);
        Require.Entries(Include);
        Require.Entries(Exclude);
        ValidateLayerTargets();
        ValidatePattern();
        Require.AtLeast(0, MaxThreads);
        Reconstruction.Validate();
        if (Calibration is null && (Score.NeedsCalibration || Allocation.NeedsCalibration || Values.NeedsCalibration))
            throw new ArgumentException($"Score {Score}, allocation {Allocation} and values {Values} need calibration inputs.",
                nameof(Calibration));
    }

    /// <exception cref="ArgumentException">The pattern does not go with a target or the group.</exception>
    internal void ValidatePattern()
    {
        ArgumentNullException.ThrowIfNull(Pattern);
        if (Pattern.IsScattered) return;
        if (!Target.IsZeros || LayerTargets.Any(own => !own.Target.IsZeros))
            throw new ArgumentException($"The pattern {Pattern} takes a fraction of zeros; the target is a Hoyer sparsity.",
                nameof(Target));
        if (Group is WeightGroup.Kernel or WeightGroup.Input)
            throw new ArgumentException($"With the pattern {Pattern} vectors are made of its own parts; group {Group} is for scattered "
                + "zeros.",
                nameof(Group));
        if (Pattern.FixedZeros is not { } zeros) return;
        foreach (var target in LayerTargets.Select(own => own.Target).Prepend(Target))
            if (Math.Abs(target.Value - zeros) > 1e-9)
                throw new ArgumentException($"The pattern {Pattern} makes {zeros:P2} of each layer zero, no other part: {target.Value} is "
                    + $"out of reach, the nearest target is {zeros}.", nameof(Target));
    }

    /// <summary>The options as they act: where the pattern alone decides what each layer loses, nothing is shared out.</summary>
    internal PruningOptions Resolved()
        => Pattern.FixedZeros is null ? this : this with { Allocation = SparsityAllocation.Uniform };

    private void ValidateLayerTargets()
    {
        Require.Entries(LayerTargets);
        foreach (var (pattern, target) in LayerTargets)
        {
            if (pattern is null) throw new ArgumentException($"A pattern of {nameof(LayerTargets)} is null.", nameof(LayerTargets));
            if (!target.IsSet)
                throw new ArgumentException($"No target is set for '{pattern}' in {nameof(LayerTargets)}.", nameof(LayerTargets));
        }
    }

    /// <summary>
    /// Groups that span layers are held in memory up to so many weights; larger ones are pruned in passes over the model.
    /// </summary>
    internal long HeldWeights { get; init; } = 1 << 23;
}
