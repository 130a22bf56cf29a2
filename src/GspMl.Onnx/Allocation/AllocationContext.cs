using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>What a <see cref="LayerAllocation"/> decides on.</summary>
public sealed class AllocationContext
{
    private readonly Func<PrunableWeight, LayerContext> read;
    private readonly Lazy<IReadOnlyList<long>> kept;
    private readonly Lazy<IReadOnlyList<IReadOnlyList<MeasuredLevel>>>? levels;

    internal AllocationContext(
        IReadOnlyList<PrunableWeight> layers, SparsityTarget target, Func<PrunableWeight, LayerContext> read,
        Func<IReadOnlyList<long>> countKept, Func<double, IReadOnlyList<IReadOnlyList<MeasuredLevel>>>? measureLevels)
    {
        (Layers, Target, this.read) = (layers, target, read);
        kept = new(countKept);
        levels = measureLevels is null ? null
            : new(() => measureLevels((double)kept.Value.Sum() / Math.Max(1, layers.Sum(layer => layer.Count))));
    }

    /// <summary>
    /// The layers to share among: those for which no pattern of <see cref="PruningOptions.LayerTargets"/> set a target, in the order of the
    /// model's nodes.
    /// </summary>
    public IReadOnlyList<PrunableWeight> Layers { get; }

    /// <summary>What they are to reach together.</summary>
    public SparsityTarget Target { get; }

    /// <summary>Whether calibration inputs were given.</summary>
    public bool IsCalibrated => levels is not null;

    /// <summary>A layer's weight.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <exception cref="OnnxModelException">It cannot be read.</exception>
    public LayerContext Read(PrunableWeight layer) => read(layer);

    /// <summary>
    /// How many weights of each layer a projection to <see cref="Target"/> keeps: each layer alone for a fraction of zeros, on the chosen
    /// group for a Hoyer sparsity. Costs a projection, once.
    /// </summary>
    public IReadOnlyList<long> CountKept() => kept.Value;

    /// <summary>
    /// What fewer weights cost: each layer alone is pruned to falling levels (<see cref="ReconstructionOptions.Levels"/>, and below them as
    /// far as the target needs), fitted to the
    /// calibration rows, and the model's outputs are compared with the dense ones on rows held back. Costs a run of the model for each
    /// level of each layer, once.
    /// </summary>
    /// <returns>For each layer its levels, the dense one first; none for a layer that calibration cannot work on.</returns>
    /// <exception cref="InvalidOperationException">There are no calibration inputs.</exception>
    public IReadOnlyList<IReadOnlyList<MeasuredLevel>> MeasureLevels()
        => levels?.Value ?? throw new InvalidOperationException("Levels are measured on calibration inputs, and there are none: an "
            + "allocation that measures says so by NeedsCalibration.");
}

/// <summary>What pruning one layer alone did to the model's outputs.</summary>
/// <param name="Zeros">The layer's zeros, as a fraction.</param>
/// <param name="Change">The squared change of the model's outputs on rows held back, as a fraction of the dense outputs' variance.</param>
public sealed record MeasuredLevel(double Zeros, double Change);
