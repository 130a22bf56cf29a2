using GspMl.Onnx.Operators;
using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Checking;

/// <summary>Its kernels multiply zeros like other numbers; column sets are another graph, of smaller products.</summary>
internal sealed class OnnxRuntimeCpu : Runtime
{
    // Fitted to the measured times of docs/fast-zeros.md: what gathering adds for blocks of 64, as a part of the dense layer's time.
    private const double ConvolutionOverhead = 0.03;
    private const double LinearOverhead = 0.11;
    private const int OverheadBlock = 64;
    private const int ChannelStep = 16;

    public override string Name => "ONNX Runtime CPU";

    protected override RuntimeVerdict JudgeZeros(PrunableWeight weight, FoundZeros zeros)
    {
        if (SparsityPattern.Columns().Obstacle(weight) is { } obstacle) return No($"zeros are multiplied like other numbers; {obstacle}");
        if (weight.ElementType != TensorElementType.Float32)
            return No($"zeros are multiplied like other numbers, and a layer stored as {weight.ElementType} is not rewritten");
        if (zeros.Columns is not { } columns)
            return No("zeros are multiplied like other numbers; whole columns of blocks (--pattern columns) can be rewritten");
        var ratio = Ratio(weight, columns);
        return ratio < 1 ? Yes("by --write fast, as a Gather and smaller products, where that is timed faster", ratio)
            : No($"its blocks of {columns.Block} filters take longer to gather than they save");
    }

    /// <summary>The part of the products that is left, and what gathering takes.</summary>
    private static double Ratio(PrunableWeight weight, ColumnSets sets)
    {
        var isConvolution = weight.Use.Operator.Product!.Kind == ProductKind.Convolution;
        double kept = sets.Shape.Taps > 1
            ? Math.Min(sets.Shape.Channels, (sets.Kept + ChannelStep - 1) / ChannelStep * ChannelStep) : sets.Kept;
        return (kept / sets.Shape.Channels)
            + ((isConvolution ? ConvolutionOverhead : LinearOverhead) * Math.Max(1, (double)OverheadBlock / sets.Block));
    }
}
