namespace GspMl.Onnx.Operators;

/// <summary>Operators that pool, reduce or normalise over axes without stored numbers.</summary>
internal static class ReductionOperators
{
    private static readonly string[] Pooling = ["MaxPool", "AveragePool", "LpPool", "GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"];

    private static readonly string[] Reductions =
    [
        "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum",
        "ReduceLogSumExp",
    ];

    private static readonly string[] Softmax = ["Softmax", "LogSoftmax", "Hardmax"];

    public static IReadOnlyList<Operator> All { get; } =
    [
        .. Pooling.Select(name => Of(name, ChannelFlowKind.Pooling)),
        .. Reductions.Select(name => Of(name, ChannelFlowKind.Reduction)),
        .. Softmax.Select(name => Of(name, ChannelFlowKind.Softmax)),
    ];

    private static Operator Of(string name, ChannelFlowKind channels) => new(OperatorDomain.Onnx, name) { Channels = channels };
}
