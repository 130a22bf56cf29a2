using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Checking;

/// <summary>
/// Weights in a sparse form are smaller to load; the Neural Engine skips runs of zeros, newer CPUs n:m zeros of linear layers.
/// </summary>
internal sealed class CoreMl : Runtime
{
    private const double ManyZeros = 0.75;
    private const double HalfZeros = 0.5;

    private static readonly int[] Factors = [4, 8, 16];

    public override string Name => "Core ML";

    protected override RuntimeVerdict JudgeZeros(PrunableWeight weight, FoundZeros zeros)
    {
        const string Converted = "once converted to a sparse form";
        if (zeros.Fraction >= ManyZeros) return Yes($"on the Neural Engine, {Converted}: runs of zeros are skipped at 75 % and more");
        // Its documentation measures blocks from half of the weights on; a few empty filters are no speed.
        if (zeros.Block is not null && zeros.Fraction >= HalfZeros)
            return Yes($"on the Neural Engine, {Converted}: blocks of zeros are skipped");
        var isLinear = weight.Use.Operator.Product is { Kind: ProductKind.Gemm or ProductKind.MatMul };
        if (isLinear && Factors.FirstOrDefault(m => zeros.Most(m) is { } most && most <= m * HalfZeros) is var m and > 0)
            return Yes($"on newer CPUs, {Converted}: {zeros.Most(m)} of every {m} weights are left, and {m} divides 16");
        var blocks = zeros.Block is null ? "in no blocks" : "under half of them in blocks";
        return No($"under 75 % zeros {blocks}{(isLinear ? " and not n:m with m a factor of 16" : "")}, only the file is smaller");
    }
}
