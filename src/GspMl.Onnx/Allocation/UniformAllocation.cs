using GspMl.Projection;

namespace GspMl.Onnx.Allocation;

/// <summary>Every layer reaches the overall target.</summary>
internal sealed class UniformAllocation : LayerAllocation
{
    public override string Name => nameof(Uniform);

    internal override bool IsUniform => true;

    public override IReadOnlyList<SparsityTarget> Share(AllocationContext context) => [.. context.Layers.Select(_ => context.Target)];
}
