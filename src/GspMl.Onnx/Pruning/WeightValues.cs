using GspMl.Onnx.Pruning;

namespace GspMl.Onnx;

/// <summary>What the weights that stay hold. For values of your own derive from <see cref="LayerValues"/>.</summary>
public abstract class WeightValues
{
    private protected WeightValues()
    {
    }

    /// <summary>The projection's own values.</summary>
    public static WeightValues Projected { get; } = new ProjectedValues();

    /// <summary>The values they had, to the bit: the projection only chooses the support.</summary>
    public static WeightValues Original { get; } = new OriginalValues();

    /// <summary>
    /// Least squares on calibration data over the support, layer after layer: inputs from the layers pruned before, targets from the dense
    /// model, together with what the skip connection that the output is added to has lost, less what the activation function behind the
    /// layer hides. Biases are fitted too.
    /// </summary>
    public static WeightValues Reconstructed { get; } = new ReconstructedValues();

    /// <summary>What reports call them.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Whether <see cref="PruningOptions.Calibration"/> must be given.</summary>
    public virtual bool NeedsCalibration => false;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether they are the projection's own.</summary>
    internal virtual bool AreProjected => false;

    /// <summary>Whether they are fitted layer after layer.</summary>
    internal virtual bool AreReconstructed => false;
}

/// <summary>Values that are found layer by layer once the support is chosen. Derive from it for values of your own.</summary>
public abstract class LayerValues : WeightValues
{
    /// <summary>Gives the weights that stay new values.</summary>
    /// <param name="layer">The layer as it was.</param>
    /// <param name="values">Filters × inputs as in <see cref="LayerContext.Values"/>: the old values where a weight stays, 0 where it goes.
    /// What went stays 0 whatever is written.</param>
    public abstract void Fill(LayerContext layer, Span<double> values);
}
