using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Fused;

/// <summary>Products with what is added to them and the activation function behind.</summary>
internal static class FusedProducts
{
    /// <summary>act(Conv(x, w, b) + z).</summary>
    public static void Conv(FusedNode node)
    {
        var sum = node.Standard("Conv", 3, "activation", "activation_params");
        if (node.Has(3)) sum = node.Graph.Add(sum, node.Input(3));
        float[] numbers = [.. node.Node.Find("activation_params")?.Floats ?? []];
        node.Give(0, Activated(node, sum, numbers));
    }

    /// <summary>act(α · op(A)·op(B) + β · C).</summary>
    public static void Gemm(FusedNode node)
    {
        string[] names = ["activation_alpha", "activation_beta", "activation_gamma"];
        var sum = node.Standard("Gemm", 3, ["activation", .. names]);
        node.Give(0, Activated(node, sum, [.. names.Select(node.Node.Find).TakeWhile(number => number is not null)
            .Select(number => number!.F)]));
    }

    private static string Activated(FusedNode node, string x, float[] numbers)
    {
        var graph = node.Graph;
        return node.Node.Text("activation", "") switch
        {
            "" => x,
            "Clip" => graph.Node("Clip", [x, graph.Scalar(numbers[0]), graph.Scalar(numbers[1])]),
            var op and ("LeakyRelu" or "Elu") => graph.Node(op, [x], numbers.Take(1).Select(alpha => Attributes.Of("alpha", alpha))),
            "HardSigmoid" => graph.Node("HardSigmoid", [x],
                numbers.Take(2).Select((number, i) => Attributes.Of(i == 0 ? "alpha" : "beta", number))),
            var op and ("Relu" or "Sigmoid" or "Tanh" or "Softplus" or "Softsign") => graph.Node(op, [x]),
            var other => throw new NoGradientException($"the activation {other} of {node.Node.OpType} '{node.Node.Name}' is not known"),
        };
    }
}
