using GspMl.Onnx.Operators;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Patterns;

/// <summary>Blocks of filters, each of which reads the same number of input channels.</summary>
internal sealed class ColumnsPattern(int block) : SparsityPattern
{
    // Kernels of ONNX Runtime work on blocks of 16 channels wherever a window is larger than one position: other numbers are slower than
    // the next multiple.
    private const int ChannelStep = 16;
    private const int ManyChannels = 64;

    // Colours and the like: every filter wants them all, and they cost next to nothing.
    private const int FewChannels = 8;

    public override string Name => $"columns of {block}";

    internal override string? Obstacle(PrunableWeight weight)
    {
        if (weight.Use.Operator.Product is not { Kind: ProductKind.Convolution or ProductKind.Gemm or ProductKind.MatMul })
            return $"columns of blocks are for Conv, Gemm and MatMul, not for {weight.Operator}";
        if (weight.View.Extent(AxisRole.Group) > 1) return "it is one of several groups or batches, with columns of their own";
        if (weight.View.Extent(AxisRole.Output) == 1) return "it has one output";
        return weight.View.Extent(AxisRole.Input) is var channels and < FewChannels
            ? $"it reads {channels} channel{(channels == 1 ? "" : "s")}, too few to choose among" : null;
    }

    internal override PatternLayout Layout(PrunableWeight weight)
    {
        var shape = LayerShape.Of(weight.View);
        var rows = Divisor(shape.Filters, block);
        var step = shape.Taps > 1 && shape.Channels >= ManyChannels && shape.Channels % ChannelStep == 0 ? ChannelStep : 1;
        return PatternLayout.Columns(shape, rows, step);
    }

    /// <summary>The divisor of a number that is nearest to another, as a ratio.</summary>
    public static int Divisor(int number, int wanted)
        => Enumerable.Range(1, number).Where(divisor => number % divisor == 0)
            .MinBy(divisor => Math.Abs(Math.Log((double)divisor / wanted)));
}
