using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Checking;

/// <summary>Linear layers of int8 weights are unpacked from a sparse form, which saves memory traffic, on CPUs with AMX.</summary>
internal sealed class OpenVino : Runtime
{
    private const int Multiple = 64;

    public override string Name => "OpenVINO CPU";

    protected override RuntimeVerdict JudgeZeros(PrunableWeight weight, FoundZeros zeros)
    {
        if (weight.Use.Operator.Product is not { Kind: ProductKind.Gemm or ProductKind.MatMul })
            return No("only MatMul has a sparse form; zeros are multiplied like other numbers");
        if (weight.ElementType is not (TensorElementType.Int8 or TensorElementType.UInt8))
            return No("its sparse form is for int8 weights and inputs; float zeros are multiplied like other numbers");
        var (inputs, filters) = (zeros.Shape.Inputs, zeros.Shape.Filters);
        return inputs % Multiple == 0 && filters % Multiple == 0
            ? Yes($"on a CPU with AMX, with CPU_SPARSE_WEIGHTS_DECOMPRESSION_RATE at no more than {zeros.Fraction:F2}")
            : No($"its sparse form takes multiples of {Multiple}; the layer is {filters} x {inputs}");
    }
}
