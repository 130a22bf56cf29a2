using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>The call of a local function: its attributes may stand for the caller's.</summary>
internal sealed record FunctionCall(FunctionProto Function, NodeProto Node, Scope Caller);

/// <summary>
/// The names that the nodes of a graph or function body can read. A subgraph also sees the names of the graph around
/// it; a function body sees only its own.
/// </summary>
internal sealed class Scope(Scope? outer, FunctionCall? call = null)
{
    private readonly Dictionary<string, Constant?> values = [];

    private readonly FunctionCall? call = call ?? outer?.call;

    /// <summary>Gives a name its value; null where it is known only when the model runs.</summary>
    public void Define(string name, Constant? value) => values[name] = value;

    public Constant? Resolve(string name) => values.TryGetValue(name, out var value) ? value : outer?.Resolve(name);

    /// <summary>A node's attribute, or what it stands for in the call of the function.</summary>
    public AttributeProto? Attribute(NodeProto node, string name)
    {
        var attribute = node.Attribute.FirstOrDefault(a => a.Name == name);
        if (attribute is null || attribute.RefAttrName.Length == 0 || call is null) return attribute;
        return call.Caller.Attribute(call.Node, attribute.RefAttrName)
            ?? call.Function.AttributeProto.FirstOrDefault(a => a.Name == attribute.RefAttrName);
    }
}
