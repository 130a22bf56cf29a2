namespace GspMl.Onnx.Checking;

/// <summary>
/// At most two of four input channels, in layers that are large enough; a tactic for sparse weights is picked where it is faster.
/// </summary>
internal sealed class TensorRt : Runtime
{
    private const int LargeEnough = 256;

    public override string Name => "TensorRT";

    protected override RuntimeVerdict JudgeZeros(PrunableWeight weight, FoundZeros zeros)
    {
        if (weight.Use.Operator.Product is not { IsRefitted: true }) return No($"{weight.Operator} has no sparse kernels");
        if (zeros.OfFour is not { } most) return No($"its input channels are no multiple of 4 ({zeros.Shape.Channels})");
        if (most > 2)
            return No($"it takes 2 of 4 input channels at each kernel position of each filter; here {most} of 4 are left (--pattern 2:4)");
        if (weight.Use.Dequantization is not null) return No("behind QuantizeLinear and DequantizeLinear no sparse kernel is picked");
        var (inputs, filters) = (zeros.Shape.Inputs, zeros.Shape.Filters);
        return inputs > LargeEnough && filters > LargeEnough
            ? Yes("2:4 is eligible (kSPARSE_WEIGHTS, trt_sparsity_enable), and picked where it is timed faster")
            : No($"2:4 is eligible, but {inputs} inputs and {filters} filters are few: sparse kernels are faster from over "
                + $"{LargeEnough} on");
    }
}
