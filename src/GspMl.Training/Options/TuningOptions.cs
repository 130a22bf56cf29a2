using GspMl.Onnx;
using GspMl.Onnx.Collections;

namespace GspMl.Training;

/// <summary>How a model is tuned. The defaults suit some hundred to some thousand rows.</summary>
public sealed record TuningOptions
{
    /// <summary>Typical inputs of the model. Where they have labels, these count too: see <see cref="LabelShare"/>.</summary>
    public required EvaluationData Data { get; init; }

    /// <summary>The model whose outputs are wanted, such as the dense one; null for the model itself as it is given.</summary>
    public OnnxModel? Teacher { get; init; }

    /// <summary>How outputs are compared with the teacher's.</summary>
    public TuningLoss Loss { get; init; } = TuningLoss.ByTask;

    /// <summary>Where there are labels, the part of the loss that is the cross-entropy with them, in [0, 1].</summary>
    public double LabelShare { get; init; } = 0.5;

    /// <summary>The output whose classes the labels are; null for the first that has as many axes as classes need.</summary>
    public string? Output { get; init; }

    /// <summary>How often all rows are gone through.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Rows of a step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>How weights follow their gradients.</summary>
    public TuningOptimizer Optimizer { get; init; } = TuningOptimizer.Adam();

    /// <summary>The part of all steps in which the learning rate rises; then it falls by a cosine to zero.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>What becomes of zeros.</summary>
    public TuningSparsity Sparsity { get; init; } = TuningSparsity.KeepZeros;

    /// <summary>What BatchNormalization normalises by.</summary>
    public TuningNormalization Normalization { get; init; }

    /// <summary>Other rows made of those there are, for inputs that hold floating-point numbers; null for none.</summary>
    public RowVariation? Variation { get; init; } = RowVariation.Gentle;

    /// <summary>The part of the rows that is held back: the state that does best on them is the result. In [0, 1).</summary>
    public double HeldBack { get; init; } = 0.1;

    /// <summary>Epochs without a better state after which it ends; null to go through all.</summary>
    public int? Patience { get; init; }

    /// <summary>A file that the state is written to after every epoch, and read from where it is there; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>What runs it.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>Which GPU, from 0, in the order of the driver.</summary>
    public int Device { get; init; }

    /// <summary>The most threads; 0 for as many as there are processors.</summary>
    public int MaxThreads { get; init; }

    /// <summary>Of the order of rows and of their variations.</summary>
    public int Seed { get; init; } = 1;

    /// <exception cref="ArgumentException">A property has an impossible value.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Data);
        ArgumentNullException.ThrowIfNull(Loss);
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Sparsity);
        Require.AtLeast(1, Epochs);
        Require.AtLeast(1, BatchSize);
        Require.AtLeast(0, MaxThreads);
        Require.AtLeast(0, Device);
        Require.Defined(Provider);
        Require.Defined(Normalization);
        if (Patience is { } patience) Require.AtLeast(1, patience, nameof(Patience));
        Fraction(LabelShare, nameof(LabelShare), 1);
        Fraction(WarmUp, nameof(WarmUp), 1);
        Fraction(HeldBack, nameof(HeldBack), 0.9);
        Fraction(Sparsity.Until, nameof(TuningSparsity.Until), 1);
    }

    private static void Fraction(double value, string property, double most)
    {
        if (!(value >= 0 && value <= most))
            throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; it lies between 0 and {most}.");
    }
}
