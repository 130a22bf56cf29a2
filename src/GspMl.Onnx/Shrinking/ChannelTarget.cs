namespace GspMl.Onnx;

/// <summary>What a <see cref="ChannelTarget"/> counts.</summary>
public enum ChannelMeasure
{
    /// <summary>The average Hoyer sparsity of the vectors of channel scores, one vector for each set of channels.</summary>
    Sparsity,

    /// <summary>The fraction of multiply-accumulates that go.</summary>
    Macs,

    /// <summary>The fraction of parameters that go.</summary>
    Parameters,
}

/// <summary>How much of a model's channels is to go.</summary>
public readonly record struct ChannelTarget
{
    private ChannelTarget(ChannelMeasure measure, double value)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(value), value, "not between 0 and 1");
        (Measure, Value) = (measure, value);
    }

    /// <summary>What is counted.</summary>
    public ChannelMeasure Measure { get; }

    /// <summary>The sparsity or fraction, in [0,1].</summary>
    public double Value { get; }

    /// <summary>The average Hoyer sparsity that the projected channel scores reach: the projection's zeros go.</summary>
    /// <param name="value">The sparsity.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ChannelTarget Sparsity(double value) => new(ChannelMeasure.Sparsity, value);

    /// <summary>At least this fraction of the multiply-accumulates of the products goes, counted on the smaller model.</summary>
    /// <param name="value">The fraction.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ChannelTarget Macs(double value) => new(ChannelMeasure.Macs, value);

    /// <summary>At least this fraction of the parameters goes, counted on the smaller model.</summary>
    /// <param name="value">The fraction.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0,1].</exception>
    public static ChannelTarget Parameters(double value) => new(ChannelMeasure.Parameters, value);

    /// <inheritdoc/>
    public override string ToString() => $"{Measure} {Value}";
}
