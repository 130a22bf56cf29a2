using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Patterns;

/// <summary>A weight seen as filters × (input channels × kernel positions), the position fastest.</summary>
/// <param name="Filters">All filters, those of the first group first.</param>
/// <param name="Channels">Input channels of a filter.</param>
/// <param name="Taps">Kernel positions.</param>
internal readonly record struct LayerShape(int Filters, int Channels, int Taps)
{
    /// <summary>Inputs of a filter.</summary>
    public int Inputs => Channels * Taps;

    public static LayerShape Of(WeightView view)
        => new(checked((int)(view.Extent(AxisRole.Group) * view.Extent(AxisRole.Output))), checked((int)view.Extent(AxisRole.Input)),
            checked((int)view.Extent(AxisRole.Kernel)));
}
