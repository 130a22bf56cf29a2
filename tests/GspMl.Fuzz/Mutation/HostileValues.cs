namespace GspMl.Fuzz.Mutation;

/// <summary>Values that programs get wrong.</summary>
internal static class HostileValues
{
    private static readonly long[] Integers =
    [
        0, 1, -1, 2, 3, 7, 16, 255, 256, 1000, 65535, 65536, 1 << 20, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, 1L << 32,
            1L << 40,
        1L << 62, long.MaxValue, long.MinValue, -2, -3, -128,
    ];

    private static readonly double[] Reals =
        [0, -0.0, 1, -1, 0.5, 1e-45, 3e38, -3e38, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue];

    private static readonly string[] Strings =
    [
        "", " ", "x", "y", "w", "w1", "../w.bin", "/etc/hostname", "/dev/zero", "w.bin", "./w.bin", "w.bin/", "\\\\host\\share",
            "C:\\w.bin", "a\0b",
        "\u001b[31mred\u001b[0m", "a\nb\r\n", "\a\u0085\u202e", "[bold]", "[/]", "<script>alert(1)</script>", "=1+1", "-1",
            "99999999999999999999",
        "Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Mul", "Relu", "Reshape", "Transpose", "Concat", "Split", "Slice", "Gather",
            "Flatten",
        "Softmax", "If", "Loop", "Scan", "Constant", "ConstantOfShape", "Expand", "Tile", "Resize", "Pad", "Shape", "Squeeze",
            "Unsqueeze", "Cast",
        "LSTM", "GRU", "RNN", "Einsum", "DequantizeLinear", "QuantizeLinear", "MatMulInteger", "QLinearConv", "BatchNormalization",
        "LayerNormalization", "InstanceNormalization", "GlobalAveragePool", "MaxPool", "AveragePool", "ReduceMean", "TopK", "Identity",
            "Dropout",
        "Range", "OneHot", "ScatterND", "GatherND", "NonZero", "Where", "DepthToSpace", "Attention", "Apply", "com.microsoft", "ai.onnx.ml",
        "axis", "axes", "perm", "group", "pads", "strides", "kernel_shape", "dilations", "transA", "transB", "value", "to", "body",
    ];

    public static long Integer(Random random) => random.Next(4) switch
    {
        0 => random.Next(-4, 20),
        1 => random.NextInt64(long.MinValue, long.MaxValue),
        _ => Integers[random.Next(Integers.Length)],
    };

    public static double Real(Random random) => Reals[random.Next(Reals.Length)];

    public static string Text(Random random)
        => random.Next(12) == 0 ? new string((char)random.Next(32, 0x500), random.Next(1, 3000)) : Strings[random.Next(Strings.Length)];
}
