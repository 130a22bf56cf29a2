using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Operators;

/// <summary>The operator that runs one of two graphs.</summary>
internal static class Branching
{
    /// <summary>Whether the node chooses between two graphs by its only input.</summary>
    public static bool Is(NodeProto node) => node is { OpType: "If", Domain: "" or "ai.onnx", Input.Count: 1 };

    /// <summary>The graph that runs on a condition.</summary>
    public static GraphProto? Taken(NodeProto node, bool condition)
        => node.Attribute.FirstOrDefault(attribute => attribute.Name == (condition ? "then_branch" : "else_branch"))?.G;

    /// <summary>A node that passes a tensor on under another name.</summary>
    public static NodeProto Renaming(string from, string to) => new() { OpType = "Identity", Input = { from }, Output = { to } };
}
