using GspMl.Collections;
using GspMl.Onnx.Collections;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>Which channels to take out of a model, and how.</summary>
public sealed record ShrinkOptions
{
    /// <summary>How much is to go.</summary>
    public required ShrinkTarget Target { get; init; }

    /// <summary>Further fractions that are to go, each of them at least; none with a sparsity.</summary>
    public IReadOnlyList<ShrinkTarget> Also { get; init => field = ContentList.Of(value); } = ContentList.Of<ShrinkTarget>([]);

    /// <summary>All that is asked for.</summary>
    internal IEnumerable<ShrinkTarget> Targets => [Target, .. Also];

    /// <summary>The part of the time of a run that is to go; null where none is asked for.</summary>
    internal double? LatencyGone
        => Targets.Where(target => target.Measure == ShrinkMeasure.Latency).Max(target => (double?)target.Value);

    /// <summary>
    /// What makes a channel worth keeping. Magnitude: the norm of its filters times the norm of the weights that read it, in units of the
    /// layers' averages. Activation: the part it has in the outputs of the layers that read it. Saliency: by how much the error of these
    /// rises when the channel goes, after those of its set that are worth less, and the others make up for it. The last two weigh errors by
    /// what they do to the model's outputs and, with a fraction to take out, by what a channel costs; they need <see cref="Calibration"/>.
    /// With saliencies, reconstructed values and a fraction to take out, how many channels each set keeps is measured: sets lose them one
    /// after the other, their readers are refitted, and the model's outputs are compared on calibration rows held back.
    /// </summary>
    public WeightScore Score { get; init; } = WeightScore.Magnitude;

    /// <summary>
    /// What the weights that stay hold: <see cref="WeightValues.Original"/> or, by least squares over the channels that are left, layer
    /// after layer,
    /// <see cref="WeightValues.Reconstructed"/> (needs <see cref="Calibration"/>). There are no projected values: the projection is one of
    /// scores.
    /// </summary>
    public WeightValues Values { get; init; } = WeightValues.Original;

    /// <summary>
    /// Typical inputs of the model, some hundred rows, without labels. Where given and values stay original, the statistics of
    /// BatchNormalization are estimated anew on them.
    /// </summary>
    public EvaluationData? Calibration { get; init; }

    /// <summary>How calibration data is used.</summary>
    public ReconstructionOptions Reconstruction { get; init; } = new();

    /// <summary>
    /// What every set of channels keeps at least, as a part of an equal share (the fraction that all sets would keep if they met the target
    /// alike), in [0,1]; always one channel. Null: 0 for a sparsity, where the projection alone decides, and where widths are measured; for
    /// other fractions 0.5 with scores from calibration data, and 1 with magnitudes, which say little of how sets compare: all sets then
    /// lose alike, and scores only say which channels.
    /// </summary>
    public double? LeastShare { get; init; }

    /// <summary>
    /// Every set keeps a multiple of so many channels, or all: at least 1. ONNX Runtime's CPU kernels work on blocks of 8 or 16 channels,
    /// and convolutions whose channels do not fill blocks can be slower than the dense ones were.
    /// </summary>
    public int Multiple { get; init; } = 8;

    /// <summary>Rows of a typical run, whose time a <see cref="ShrinkTarget.Latency"/> is about; a model may fix them.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Globs over weight and node names: only channels that a matching layer puts out can go. Empty: all.</summary>
    public IReadOnlyList<string> Include { get; init => field = ContentList.Of(value); } = ContentList.Of<string>([]);

    /// <summary>Globs: channels that a matching layer puts out stay; a set of several layers as soon as one of them matches.</summary>
    public IReadOnlyList<string> Exclude { get; init => field = ContentList.Of(value); } = ContentList.Of<string>([]);

    /// <summary>
    /// The most threads to use, ONNX Runtime's among them; 0 for as many as there are processors, 1 for the calling thread alone.
    /// </summary>
    public int MaxThreads { get; init; }

    /// <summary>
    /// Whether it is measured on calibration rows held back what fewer channels of each set cost: saliencies give the order in which they
    /// go, and refits make up for them.
    /// </summary>
    internal bool MeasuresWidths => Target.Measure != ShrinkMeasure.Sparsity && Score.SearchesSupport && Values.AreReconstructed;

    /// <exception cref="ArgumentException">A property has an impossible value, or the choices need calibration inputs and there are
    /// none.</exception>
    internal void Validate()
    {
        if (!Target.IsSet)
            throw new ArgumentException(
                $"{nameof(Target)} is not set: {nameof(ShrinkTarget)}.Macs, Parameters, Bytes, Latency or Sparsity.",
                nameof(Target));
        if (Also.Any(target => !target.IsSet) || (Also.Count > 0 && Targets.Any(target => target.Measure == ShrinkMeasure.Sparsity)))
            throw new ArgumentException($"{nameof(Also)} holds fractions, beside another fraction.", nameof(Also));
        ArgumentNullException.ThrowIfNull(Score);
        ArgumentNullException.ThrowIfNull(Values);
        ArgumentNullException.ThrowIfNull(Reconstruction);
        Require.Entries(Include);
        Require.Entries(Exclude);
        Require.AtLeast(1, Multiple);
        Require.AtLeast(0, MaxThreads);
        Require.AtLeast(1, Rows);
        Reconstruction.Validate();
        if (LeastShare is not (null or (>= 0 and <= 1)))
            throw new ArgumentOutOfRangeException(nameof(LeastShare),
                LeastShare, $"{nameof(LeastShare)} is {LeastShare}, not between 0 and 1.");
        if (Values.AreProjected || Values is LayerValues)
            throw new ArgumentException($"Channels that stay have no {Values} values; Original or Reconstructed.", nameof(Values));
        if (Calibration is null && (Score.NeedsCalibration || Values.NeedsCalibration))
            throw new ArgumentException($"Score {Score} and values {Values} need calibration inputs.", nameof(Calibration));
    }

    /// <summary>Options of weight-wise pruning that ask for least squares on given supports.</summary>
    internal PruningOptions Fitting
        => new()
        {
            Target = SparsityTarget.Zeros(0),
            Values = WeightValues.Reconstructed,
            Calibration = Calibration,
            Reconstruction = Reconstruction,
            MaxThreads = MaxThreads
        };

    /// <summary>The best choices with calibration data: saliencies, and reconstructed values.</summary>
    /// <param name="target">How much is to go.</param>
    /// <param name="calibration">Calibration inputs.</param>
    /// <exception cref="ArgumentNullException">There are no calibration inputs.</exception>
    public static ShrinkOptions Accurate(ShrinkTarget target, EvaluationData calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return new() { Target = target, Calibration = calibration, Score = WeightScore.Saliency, Values = WeightValues.Reconstructed };
    }
}
