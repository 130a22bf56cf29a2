using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Patterns;

/// <summary>Blocks of filters × input channels at one kernel position.</summary>
internal sealed class BlocksPattern(int filters, int inputs) : SparsityPattern
{
    public override string Name => $"blocks of {filters}x{inputs}";

    internal override string? Obstacle(PrunableWeight weight)
    {
        var (rows, channels) = (weight.View.Extent(AxisRole.Output), weight.View.Extent(AxisRole.Input));
        if (rows % filters != 0) return $"its {rows} filters are no multiple of {filters}";
        return channels % inputs == 0 ? null : $"its {channels} input channels are no multiple of {inputs}";
    }

    internal override PatternLayout Layout(PrunableWeight weight)
    {
        var shape = LayerShape.Of(weight.View);
        return PatternLayout.Of(shape,
            (filter, channel, tap) => ((((filter / filters) * (shape.Channels / inputs)) + (channel / inputs)) * shape.Taps) + tap,
            cellSize: shape.Filters / filters * (shape.Channels / inputs) * shape.Taps, step: 1);
    }
}
