namespace GspMl.Onnx.Operators;

/// <summary>Operators that run along a sequence. Operands: X, W, R, B, lengths, initial states, peepholes.</summary>
internal static class RecurrentOperators
{
    /// <summary>The operand [directions, gates × units]: biases of W and of R.</summary>
    public const int Bias = 3;

    /// <summary>The operand [directions, gates × units] of weights from cells to gates.</summary>
    public const int Peepholes = 7;

    /// <summary>The attribute that holds the number of units.</summary>
    public const string HiddenSize = "hidden_size";

    /// <summary>The attribute that tells whether rows come before time.</summary>
    public const string Layout = "layout";

    public static IReadOnlyList<Operator> All { get; } = [Of("LSTM"), Of("GRU"), Of("RNN")];

    /// <summary>W and R are weights, B is the bias of both.</summary>
    private static Operator Of(string name) => new(OperatorDomain.Onnx, name)
    {
        Product = new(ProductKind.Recurrent, [1, 2], Bias: Bias),
        Channels = ChannelFlowKind.Recurrence,
    };
}
