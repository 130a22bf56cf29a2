using GspMl.Collections;
using GspMl.Onnx.Collections;

namespace GspMl.Onnx;

/// <summary>How calibration data is used. The defaults suit a thousand rows.</summary>
public sealed record ReconstructionOptions
{
    /// <summary>Rows of a batch on their way through the model, where the model does not fix their number.</summary>
    public int BatchSize { get; init; } = 50;

    /// <summary>
    /// How strongly reconstructed weights are held to the original ones, in units of the mean square of a layer's inputs; positive.
    /// </summary>
    public double Ridge { get; init; } = 0.02;

    /// <summary>
    /// Samples (rows, or positions of a convolution or sequence) for each input of a filter; at least <see cref="MinimumSamples"/>, at most
    /// all there are.
    /// </summary>
    public double SamplesPerInput { get; init; } = 8;

    /// <summary>The fewest samples for a layer, where there are as many.</summary>
    public int MinimumSamples { get; init; } = 8000;

    /// <summary>Fractions of weights kept at which <see cref="SparsityAllocation.Measured"/> tries each layer, falling.</summary>
    public IReadOnlyList<double> Levels { get; init => field = ContentList.Of(value); } =
        ContentList.Of([0.8, 0.65, 0.5, 0.35, 0.25, 0.175, 0.12, 0.08, 0.055, 0.035, 0.02]);

    /// <summary>
    /// Rounds of the search for the weights that stay, at each of about ten penalties; each costs two products of a layer's weights with
    /// its Gram matrix. More find better supports, ever more slowly.
    /// </summary>
    public int SearchRounds { get; init; } = 8;

    /// <summary>The same where levels are only measured (<see cref="SparsityAllocation.Measured"/>).</summary>
    public int TrialRounds { get; init; } = 1;

    /// <summary>
    /// Rows on which it is measured how much each filter counts for the model's outputs, where that takes no more than four runs of all
    /// rows. Saliencies of a layer's filters are compared by it when values are reconstructed. 0: not measured; filters count by their gain
    /// behind the layer.
    /// </summary>
    public double RowsPerFilter { get; init; } = 64;

    /// <summary>
    /// Whether samples weigh what their position (in an image, in a sequence) counts for the model's outputs: of a transformer's last
    /// layers only the token that is read counts. Measured where <see cref="RowsPerFilter"/> is positive, by one further run of the rows at
    /// most.
    /// </summary>
    public bool WeighPositions { get; init; } = true;

    /// <summary>
    /// How often a layer is fitted again to outputs from which errors that the activation function behind it hides are taken out, such as
    /// those below zero before a Relu. 0: activations are not looked at.
    /// </summary>
    public int ActivationRounds { get; init; } = 1;

    /// <summary>
    /// Varied copies of each row that layers are fitted to as well, so that a thousand rows go further: images (N × C × H × W) moved by up
    /// to one pixel, other floating-point inputs mixed with another row's. Wanted is what the dense model puts out for the copies. Models
    /// that read other types get none. Each copy takes as much time on the way through the model as the rows themselves. Null: two where
    /// the model has up to a million weights, none where it has more: copies then cost most of the time, and photographs and sentences
    /// gain nothing by them.
    /// </summary>
    public int? VariedCopies { get; init; }

    /// <summary>Copies for a model of so many weights.</summary>
    internal int CopiesFor(long weights) => VariedCopies ?? (weights > SmallModel ? 0 : CopiesOfSmallModels);

    private const long SmallModel = 1_000_000;
    private const int CopiesOfSmallModels = 2;

    /// <summary>Of the sampled positions and the varied copies.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The levels, continued far enough below what is to be kept on average that layers which can spare more do: a target is never out of
    /// reach for want of a level.
    /// </summary>
    /// <param name="keptFraction">The part of the weights that stays, over all layers.</param>
    internal IReadOnlyList<double> LevelsFor(double keptFraction)
    {
        var levels = Levels.ToList();
        while (levels[^1] > keptFraction * BelowTarget && levels[^1] > LeastLevel) levels.Add(levels[^1] * NextLevel);
        if (keptFraction == 0) levels.Add(0);
        return levels;
    }

    private const double BelowTarget = 0.3;
    private const double NextLevel = 0.6;
    private const double LeastLevel = 1e-4;

    /// <exception cref="ArgumentException">A property has an impossible value.</exception>
    internal void Validate()
    {
        Require.AtLeast(1, BatchSize);
        Require.Positive(Ridge);
        Require.NotNegative(SamplesPerInput);
        Require.AtLeast(0, MinimumSamples);
        Require.NotNegative(RowsPerFilter);
        Require.AtLeast(1, SearchRounds);
        Require.AtLeast(1, TrialRounds);
        Require.AtLeast(0, ActivationRounds);
        if (VariedCopies is { } copies) Require.AtLeast(0, copies, nameof(VariedCopies));
        ValidateLevels();
    }

    private void ValidateLevels()
    {
        ArgumentNullException.ThrowIfNull(Levels);
        for (var i = 0; i < Levels.Count; i++)
        {
            if (!(Levels[i] is > 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(Levels),
                    Levels[i], $"{nameof(Levels)}[{i}] is {Levels[i]}; it lies between 0 and 1.");
            if (i > 0 && Levels[i] >= Levels[i - 1])
                throw new ArgumentException($"{nameof(Levels)}[{i}] is {Levels[i]}, not less than {Levels[i - 1]} before it; levels fall.",
                    nameof(Levels));
        }
        if (Levels.Count == 0) throw new ArgumentException($"{nameof(Levels)} is empty; there is at least one level.", nameof(Levels));
    }
}
