using System.Collections.Frozen;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Operators;

/// <summary>
/// The operators that GspMl knows (ONNX operators up to opset 22, and fused ones of ONNX Runtime). What an operator is stands here and
/// nowhere else: to teach GspMl another one is one entry in the list of its family.
/// </summary>
internal static class OperatorTable
{
    private static readonly FrozenDictionary<(string Domain, string Name), Operator> Entries;

    static OperatorTable()
    {
        All =
        [
            .. ProductOperators.All, .. ElementwiseOperators.All, .. NormalizationOperators.All, .. ReductionOperators.All,
            .. ShapeOperators.All, .. AttentionOperators.All,
        ];
        Entries = All.ToFrozenDictionary(entry => (entry.Domain, entry.Name));
    }

    /// <summary>Every operator, family by family.</summary>
    public static IReadOnlyList<Operator> All { get; }

    /// <summary>The operator of a node; null for one that is not known. A model's local function of the same name goes before it.</summary>
    public static Operator? Of(NodeProto node) => Of(node.Domain, node.OpType);

    /// <summary>The operator of a name; null for one that is not known.</summary>
    public static Operator? Of(string domain, string name) => Entries.GetValueOrDefault((OperatorDomain.Of(domain), name));
}
