using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>Where an element of a weight belongs, written down from the operator's definition in the ONNX specification.</summary>
internal readonly record struct Place(int Group, int Output, int Input);

/// <summary>
/// A node with one weight 'w' and data 'x', and, independent of the library, which filter each element of the weight belongs to.
/// </summary>
internal sealed record OperatorCase(
    string Name, string Operator, int Operand, int[] WeightShape, int[] DataShape, Func<int[], Place> PlaceOf, AttributeProto[] Attributes,
    int OutputRank)
{
    /// <summary>ONNX's own domain, or that of ONNX Runtime's operators.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Further operands that are fed, not stored: the other matrix of a recurrent layer.</summary>
    public (string Name, int[] Shape)[] Fed { get; init; } = [];

    private const string Microsoft = "com.microsoft";

    public override string ToString() => Name;

    public int Count => WeightShape.Aggregate(1, (product, extent) => product * extent);

    /// <summary>The node's operands in order, with the weight under the given name.</summary>
    public string[] Operands(string weight) => Operator switch
    {
        "LSTM" or "GRU" or "RNN" => Operand == 1 ? ["x", weight, "r"] : ["x", "w1", weight],
        "Attention" => ["x", weight, "b"],
        _ => Operand == 0 ? [weight, "x"] : ["x", weight],
    };

    /// <summary>Adds the node to a graph, with the weight under the given name.</summary>
    public void AddTo(GraphBuilder builder, string weight)
    {
        builder.Node(Operator, Operands(weight), ["y"], Attributes);
        builder.Graph.Node[^1].Domain = Domain;
        if (Domain.Length > 0) builder.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
    }

    /// <summary>The place of the element at a flat index.</summary>
    public Place PlaceOfElement(int flat)
    {
        var at = new int[WeightShape.Length];
        for (var axis = at.Length - 1; axis >= 0; flat /= WeightShape[axis--]) at[axis] = flat % WeightShape[axis];
        return PlaceOf(at);
    }

    public static IReadOnlyList<OperatorCase> All { get; } =
    [
        Conv("Conv 2-D", [6, 4, 3, 3], [2, 4, 7, 7]),
        Conv("Conv 1-D", [5, 3, 4], [2, 3, 9]),
        Conv("Conv 3-D", [3, 2, 2, 2, 2], [1, 2, 4, 4, 4]),
        Conv("Conv in 2 groups", [6, 2, 3, 3], [2, 4, 6, 6], groups: 2),
        Conv("Conv depthwise", [4, 1, 3, 3], [2, 4, 6, 6], groups: 4),
        Conv("Conv 1×1", [5, 4, 1, 1], [2, 4, 3, 3]),
        ConvTranspose("ConvTranspose", [4, 3, 3, 3], [2, 4, 5, 5]),
        ConvTranspose("ConvTranspose 1×1", [4, 3, 1, 1], [2, 4, 5, 5]),
        ConvTranspose("ConvTranspose in 2 groups", [4, 3, 2, 2], [2, 4, 5, 5], groups: 2),
        new("Gemm B", "Gemm", 1, [5, 6], [3, 5], at => new(0, at[1], at[0]), [], 2),
        new("Gemm transB", "Gemm", 1, [6, 5], [3, 5], at => new(0, at[0], at[1]), [Attribute("transB", 1)], 2),
        new("Gemm alpha", "Gemm", 1, [6, 5], [3, 5], at => new(0, at[0], at[1]), [Attribute("transB", 1), Attribute("alpha", 0.25f)], 2),
        new("Gemm A", "Gemm", 0, [6, 5], [5, 3], at => new(0, at[0], at[1]), [], 2),
        new("Gemm transA", "Gemm", 0, [5, 6], [5, 3], at => new(0, at[1], at[0]), [Attribute("transA", 1), Attribute("alpha", 2f)], 2),
        new("MatMul right", "MatMul", 1, [5, 6], [3, 5], at => new(0, at[1], at[0]), [], 2),
        new("MatMul left", "MatMul", 0, [6, 5], [5, 3], at => new(0, at[0], at[1]), [], 2),
        new("MatMul right, data in batches", "MatMul", 1, [5, 6], [2, 3, 5], at => new(0, at[1], at[0]), [], 3),
        new("MatMul right in batches", "MatMul", 1, [2, 5, 6], [2, 3, 5], at => new(at[0], at[2], at[1]), [], 3),
        new("MatMul left in batches", "MatMul", 0, [2, 3, 6, 5], [2, 3, 5, 3], at => new(at[0] * 3 + at[1], at[2], at[3]), [], 4),
        new("MatMul with a vector", "MatMul", 1, [7], [3, 7], at => new(0, 0, at[0]), [], 1),
        Recurrent("LSTM W", "LSTM", 4, 1, "forward"),
        Recurrent("LSTM R", "LSTM", 4, 2, "forward"),
        Recurrent("LSTM W both ways", "LSTM", 4, 1, "bidirectional"),
        Recurrent("GRU W", "GRU", 3, 1, "forward"),
        Recurrent("GRU R both ways", "GRU", 3, 2, "bidirectional"),
        Recurrent("RNN W", "RNN", 1, 1, "forward"),
        Recurrent("RNN R", "RNN", 1, 2, "reverse"),
        Conv("FusedConv", [6, 4, 3, 3], [2, 4, 7, 7]) with { Operator = "FusedConv", Domain = Microsoft,
        Attributes = [Text("activation", "Relu")] },
        new("FusedGemm", "FusedGemm", 1, [6, 5], [3, 5], at
            => new(0, at[0], at[1]), [Attribute("transB", 1), Text("activation", "Relu")], 2) { Domain = Microsoft },
        new("FusedMatMul", "FusedMatMul", 1, [5, 6], [3, 5], at
            => new(0, at[1], at[0]), [Attribute("alpha", 0.5f)], 2) { Domain = Microsoft },
        new("FusedMatMul transB", "FusedMatMul", 1, [6, 5], [3, 5], at
            => new(0, at[0], at[1]), [Attribute("transB", 1)], 2) { Domain = Microsoft },
        new("Attention", "Attention", 1, [6, 12], [2, 5, 6], at => new(0, at[1], at[0]), [Attribute("num_heads", 2)], 3)
        {
            Domain = Microsoft,
            Fed = [("b", [12])],
        },
        new("FusedMatMul transA", "FusedMatMul", 0, [5, 6], [5, 3], at
            => new(0, at[1], at[0]), [Attribute("transA", 1)], 2) { Domain = Microsoft },
    ];

    private static AttributeProto Text(string name, string value)
        => new() { Name = name, S = Google.Protobuf.ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    private static OperatorCase Conv(string name, int[] weight, int[] data, int groups = 1)
    {
        var perGroup = weight[0] / groups;
        return new(name, "Conv", 1, weight, data, at
            => new(at[0] / perGroup, at[0] % perGroup, at[1]), [Attribute("group", groups)], data.Length);
    }

    private static OperatorCase ConvTranspose(string name, int[] weight, int[] data, int groups = 1)
    {
        var perGroup = weight[0] / groups;
        return new(name, "ConvTranspose", 1, weight, data, at
            => new(at[0] / perGroup, at[1], at[0] % perGroup), [Attribute("group", groups)], data.Length);
    }

    private static OperatorCase Recurrent(string name, string op, int gates, int operand, string direction)
    {
        const int Hidden = 3, Features = 4;
        var directions = direction == "bidirectional" ? 2 : 1;
        int[] w = [directions, gates * Hidden, Features], r = [directions, gates * Hidden, Hidden];
        return new(name, op, operand, operand == 1 ? w : r, [5, 2, Features], at
            => new(at[0], at[1], at[2]), [Attribute("hidden_size", Hidden), Text("direction", direction)], 4)
        {
            Fed = [operand == 1 ? ("r", r) : ("w1", w)],
        };
    }
}
