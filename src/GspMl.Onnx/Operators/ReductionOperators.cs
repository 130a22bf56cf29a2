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

    private static readonly (string Name, OutputEnding Ending)[] Softmax =
    [
        ("Softmax", OutputEnding.Distribution), ("LogSoftmax", OutputEnding.LogDistribution), ("Hardmax", OutputEnding.Distribution),
    ];

    public static IReadOnlyList<Operator> All { get; } =
    [
        .. Pooling.Select(name => Of(name, ChannelFlowKind.Pooling)),
        .. Reductions.Select(name => Of(name, ChannelFlowKind.Reduction)),
        .. Softmax.Select(softmax => Of(softmax.Name, ChannelFlowKind.Softmax, softmax.Ending)),
    ];

    private static Operator Of(string name, ChannelFlowKind channels, OutputEnding? ending = null)
        => new(OperatorDomain.Onnx, name) { Channels = channels, Ending = ending };
}
