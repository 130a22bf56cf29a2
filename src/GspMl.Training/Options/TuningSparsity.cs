using GspMl.Onnx;

namespace GspMl.Training;

/// <summary>What becomes of zeros while a model is tuned.</summary>
public sealed record TuningSparsity
{
    private TuningSparsity()
    {
    }

    /// <summary>Weights that are zero stay zero.</summary>
    public static TuningSparsity KeepZeros { get; } = new();

    /// <summary>
    /// Zeros rise from those there are to a fraction, the smallest magnitudes of all layers together, each as a part of those of its layer
    /// that are no smaller; the others keep their values, and a weight that was cut may come back until the fraction is reached (Zhu and
    /// Gupta 2017; Lin et al. 2020; Lee et al. 2021).
    /// </summary>
    /// <param name="zeros">The fraction of the prunable weights, in [0, 1).</param>
    /// <param name="every">Steps from one choice to the next.</param>
    public static TuningSparsity Rising(double zeros, int every = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return zeros is >= 0 and < 1 ? new() { Zeros = zeros, Every = every }
            : throw new ArgumentOutOfRangeException(nameof(zeros), zeros, $"{zeros} is no fraction of zeros in [0, 1).");
    }

    /// <summary>
    /// The weights are projected again and again while they train, then their zeros are kept (the induced sparsity of Ohib et al., TMLR
    /// 2022).
    /// </summary>
    /// <param name="projection">What a projection does: group, allocation, score, values and target.</param>
    /// <param name="every">Steps from one projection to the next.</param>
    /// <param name="rises">Whether the target is reached bit by bit.</param>
    public static TuningSparsity Induced(PruningOptions projection, int every = 20, bool rises = false)
    {
        ArgumentNullException.ThrowIfNull(projection);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new() { Projection = projection, Every = every, Rises = rises };
    }

    /// <summary>The fraction that zeros rise to; null where they do not.</summary>
    public double? Zeros { get; private init; }

    /// <summary>The projection; null where there is none.</summary>
    public PruningOptions? Projection { get; private init; }

    /// <summary>Steps from one choice of zeros to the next.</summary>
    public int Every { get; private init; } = 1;

    /// <summary>Whether a projection's target is reached bit by bit.</summary>
    public bool Rises { get; private init; }

    /// <summary>The part of all steps after which zeros stay where they are.</summary>
    public double Until { get; init; } = 0.6;
}
