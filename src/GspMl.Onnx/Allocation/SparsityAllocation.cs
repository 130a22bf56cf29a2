using GspMl.Onnx.Allocation;

namespace GspMl.Onnx;

/// <summary>
/// How sparsity is spread over the layers and their vectors. For one of your own derive from <see cref="LayerAllocation"/>.
/// </summary>
public abstract class SparsityAllocation
{
    private protected SparsityAllocation()
    {
    }

    /// <summary>
    /// Grouped sparse projection on the chosen <see cref="WeightGroup"/>: one multiplier for each group (Ohib et al., TMLR 2022).
    /// </summary>
    public static SparsityAllocation Gsp { get; } = new GspAllocation();

    /// <summary>Each layer is one vector and reaches the target alone: with a fraction of zeros, uniform magnitude pruning.</summary>
    public static SparsityAllocation Uniform { get; } = new UniformAllocation();

    /// <summary>
    /// Grouped sparse projection of all layers together, each layer one vector in coordinates scaled so that its scores are
    /// parts of the standard deviation of its output (measured on calibration data; without any, estimated from the weights as for inputs
    /// of unit variance). No layer falls below a floor.
    /// </summary>
    public static SparsityAllocation GspScaled { get; } = new GspScaledAllocation();

    /// <summary>
    /// Each layer alone is pruned to several levels, the change of the model's outputs is measured on calibration rows held
    /// back, and the levels are chosen that cost least in total.
    /// </summary>
    public static SparsityAllocation Measured { get; } = new MeasuredAllocation();

    /// <summary>What reports call it.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Whether <see cref="PruningOptions.Calibration"/> must be given.</summary>
    public virtual bool NeedsCalibration => false;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What the projection's vectors are when the given group is asked for.</summary>
    internal abstract LayerGrouping Grouping(WeightGroup group);

    /// <summary>Whether the group that was asked for is the projection's own.</summary>
    internal virtual bool TakesGroup => false;

    /// <summary>Whether layers are compared in coordinates of their own scale.</summary>
    internal virtual bool IsScaled => false;
}
