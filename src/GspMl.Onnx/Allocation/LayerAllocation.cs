using GspMl.Onnx.Allocation;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>
/// An allocation that gives each layer a target; each layer is then one vector and reaches its target alone. Derive from it for an
/// allocation of your own.
/// </summary>
public abstract class LayerAllocation : SparsityAllocation
{
    /// <summary>Shares the sparsity out.</summary>
    /// <param name="context">The layers, what is to be reached overall, and what can be measured.</param>
    /// <returns>One target for each of <see cref="AllocationContext.Layers"/>, in their order.</returns>
    public abstract IReadOnlyList<SparsityTarget> Share(AllocationContext context);

    /// <summary>Whether every layer gets the overall target, so that nobody need be asked.</summary>
    internal virtual bool IsUniform => false;

    internal override LayerGrouping Grouping(WeightGroup group) => LayerGrouping.Alone;
}
