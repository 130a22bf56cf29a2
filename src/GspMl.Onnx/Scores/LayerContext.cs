using GspMl.Onnx.Weights;

namespace GspMl.Onnx;

/// <summary>
/// A layer as scores, allocations and values see it: y = W·x at every position, its weight W seen as filters × inputs whatever the order it
/// is stored in.
/// </summary>
public abstract class LayerContext
{
    private readonly int[] filterOffsets;
    private readonly int[] inputOffsets;

    private protected LayerContext(PrunableWeight weight)
    {
        Weight = weight;
        (filterOffsets, inputOffsets) =
            (weight.View.Offsets(AxisRole.Group, AxisRole.Output), weight.View.Offsets(AxisRole.Input, AxisRole.Kernel));
    }

    /// <summary>The weight, with its name, its node and its shape as stored.</summary>
    public PrunableWeight Weight { get; }

    /// <summary>Output filters.</summary>
    public int Filters => filterOffsets.Length;

    /// <summary>Inputs of a filter: input channels × kernel positions.</summary>
    public int Inputs => inputOffsets.Length;

    /// <summary>
    /// W as it was before anything was pruned, filters × inputs, row-major: filter r reads input j with entry r·<see cref="Inputs"/> + j.
    /// </summary>
    public abstract ReadOnlySpan<double> Values { get; }

    /// <summary>Whether the layer's inputs are known from calibration data.</summary>
    public virtual bool IsCalibrated => false;

    /// <summary>
    /// The root mean square of each input of a filter on the calibration data; filters of one group of a convolution read the same inputs.
    /// </summary>
    /// <param name="filter">The filter.</param>
    /// <exception cref="InvalidOperationException">The layer is not calibrated.</exception>
    public virtual ReadOnlySpan<double> GetInputRms(int filter) => throw NotCalibrated();

    /// <summary>
    /// The diagonal of H⁻¹, H the matrix of second moments of a filter's inputs on the calibration data with the ridge added: taking weight
    /// j out of the least-squares fit raises the mean squared error by w²/[H⁻¹]ⱼⱼ.
    /// </summary>
    /// <param name="filter">The filter.</param>
    /// <exception cref="InvalidOperationException">The layer is not calibrated.</exception>
    public virtual ReadOnlySpan<double> GetInverseDiagonal(int filter) => throw NotCalibrated();

    /// <summary>A layer of a model without calibration data.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weight">One of its weights.</param>
    /// <exception cref="OnnxModelException">The weight cannot be read.</exception>
    public static LayerContext Of(OnnxModel model, PrunableWeight weight)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weight);
        return new Scores.StoredLayer(model.Elements, weight);
    }

    /// <summary>Stored elements as filters × inputs.</summary>
    internal double[] ToFilters(ReadOnlySpan<double> stored)
    {
        var filters = new double[stored.Length];
        for (var r = 0; r < Filters; r++)
            for (var j = 0; j < Inputs; j++) filters[(r * Inputs) + j] = stored[filterOffsets[r] + inputOffsets[j]];
        return filters;
    }

    /// <summary>Filters × inputs in the order in which they are stored.</summary>
    internal double[] ToStored(ReadOnlySpan<double> filters)
    {
        var stored = new double[filters.Length];
        for (var r = 0; r < Filters; r++)
            for (var j = 0; j < Inputs; j++) stored[filterOffsets[r] + inputOffsets[j]] = filters[(r * Inputs) + j];
        return stored;
    }

    private InvalidOperationException NotCalibrated()
        => new($"tensor '{Weight.Name}' is not calibrated: a score that reads inputs says so by NeedsCalibration, and looks at "
            + "IsCalibrated where a layer may have no known input.");
}
