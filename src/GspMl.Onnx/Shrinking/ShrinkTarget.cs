namespace GspMl.Onnx;

/// <summary>What a <see cref="ShrinkTarget"/> counts.</summary>
public enum ShrinkMeasure
{
    /// <summary>The average Hoyer sparsity of the vectors of channel scores, one vector for each set of channels.</summary>
    Sparsity,

    /// <summary>The fraction of multiply-accumulates that go.</summary>
    Macs,

    /// <summary>The fraction of parameters that go.</summary>
    Parameters,

    /// <summary>The fraction of the bytes of stored floating-point and byte tensors that go.</summary>
    Bytes,

    /// <summary>The fraction of the time of a run that goes, on this machine.</summary>
    Latency,
}

/// <summary>How much of a model's channels is to go.</summary>
public readonly record struct ShrinkTarget
{
    private ShrinkTarget(ShrinkMeasure measure, double value)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(value), value, "not between 0 and 1");
        (Measure, Value, IsSet) = (measure, value, true);
    }

    /// <summary>What is counted.</summary>
    public ShrinkMeasure Measure { get; }

    /// <summary>The sparsity or fraction, in [0,1].</summary>
    public double Value { get; }

    /// <summary>Whether it is one of those below, and not what an uninitialised variable holds.</summary>
    internal bool IsSet { get; }

    /// <summary>The average Hoyer sparsity that the projected channel scores reach: the projection's zeros go.</summary>
    /// <param name="value">The sparsity.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ShrinkTarget Sparsity(double value) => new(ShrinkMeasure.Sparsity, value);

    /// <summary>At least this fraction of the multiply-accumulates of the products goes, counted on the smaller model.</summary>
    /// <param name="value">The fraction.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ShrinkTarget Macs(double value) => new(ShrinkMeasure.Macs, value);

    /// <summary>At least this fraction of the parameters goes, counted on the smaller model.</summary>
    /// <param name="value">The fraction.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ShrinkTarget Parameters(double value) => new(ShrinkMeasure.Parameters, value);

    /// <summary>At least this fraction of the bytes of stored tensors goes.</summary>
    /// <param name="value">The fraction.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ShrinkTarget Bytes(double value) => new(ShrinkMeasure.Bytes, value);

    /// <summary>
    /// At least this fraction of the time of a run on ONNX Runtime's CPU goes, on this machine, as the median of runs in turns with the
    /// dense model's: <see cref="ShrinkOptions.Rows"/> rows, <see cref="ShrinkOptions.MaxThreads"/> threads.
    /// </summary>
    /// <param name="value">The fraction.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ShrinkTarget Latency(double value) => new(ShrinkMeasure.Latency, value);

    /// <inheritdoc/>
    public override string ToString() => $"{Measure} {Value}";
}
