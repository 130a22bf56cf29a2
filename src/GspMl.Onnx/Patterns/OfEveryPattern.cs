using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Patterns;

/// <summary>n of every m input channels, at each kernel position of each filter.</summary>
internal sealed class OfEveryPattern(int kept, int of) : SparsityPattern
{
    public override string Name => $"{kept}:{of}";

    internal override double? FixedZeros => 1 - ((double)kept / of);

    internal override (int Kept, int Of)? Cell => (kept, of);

    internal override string? Obstacle(PrunableWeight weight) => weight.View.Extent(AxisRole.Input) is var channels && channels % of == 0
        ? null : $"its {channels} input channels are no multiple of {of}";

    internal override PatternLayout Layout(PrunableWeight weight)
    {
        var shape = LayerShape.Of(weight.View);
        return PatternLayout.Of(shape,
            (filter, channel, tap) => ((((filter * (shape.Channels / of)) + (channel / of)) * shape.Taps) + tap) * of + (channel % of),
            cellSize: of, step: kept);
    }
}
