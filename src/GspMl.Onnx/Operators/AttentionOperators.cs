namespace GspMl.Onnx.Operators;

/// <summary>
/// The operands and attributes of attention in one node; queries, keys and values are operands 0, 1 and 2 where no weight is.
/// </summary>
/// <param name="Bias">What is added to queries, keys and values, one after the other; null where nothing is.</param>
/// <param name="Addend">What is added to the products of queries and keys: [rows, heads, queries, keys], maybe of one head.</param>
/// <param name="Past">Keys and values of earlier runs.</param>
/// <param name="Heads">The attribute that holds the number of heads.</param>
/// <param name="KeyHeads">The attribute that holds that of keys and values; null where there are as many.</param>
internal sealed record AttentionOperands(int? Bias, int Addend, IReadOnlyList<int> Past, string Heads, string? KeyHeads)
{
    /// <summary>The attribute that holds what products of queries and keys are multiplied by; else it is told by their features.</summary>
    public const string Scale = "scale";

    /// <summary>The attribute that holds how many features queries, keys and values have, where they are made of one input.</summary>
    public const string Sizes = "qkv_hidden_sizes";

    /// <summary>Whether queries, keys and values are made in the node, by a weight [inputs, queries + keys + values].</summary>
    public bool HasWeight { get; init; }
}

/// <summary>Attention in one node.</summary>
internal static class AttentionOperators
{
    public static IReadOnlyList<Operator> All { get; } =
    [
        new(OperatorDomain.Onnx, "Attention")
        {
            Attention = new(null, 3, [4, 5], "q_num_heads", "kv_num_heads"),
            Channels = ChannelFlowKind.Attention,
        },
        new(OperatorDomain.Microsoft, "MultiHeadAttention")
        {
            Attention = new(3, 5, [6, 7], "num_heads", null),
            Channels = ChannelFlowKind.Attention,
        },
        new(OperatorDomain.Microsoft, "Attention")
        {
            Attention = new(2, 5, [4], "num_heads", null) { HasWeight = true },
            Product = new(ProductKind.MatMul, [1], Bias: 2),
            Channels = ChannelFlowKind.SelfAttention,
        },
    ];
}
