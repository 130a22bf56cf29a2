namespace GspMl.Onnx.Shrinking.Following;

/// <summary>What an operand that tells a shape says of an axis.</summary>
internal static class ShapeOperand
{
    /// <summary>The element must come to say how many positions are left, or leave the axis as it is.</summary>
    /// <param name="node">The node that reads it.</param>
    /// <param name="labels">The labels of the axis; null where it is not followed.</param>
    /// <param name="element">The element; null where it is not known.</param>
    public static void Settle(FlowNode node, int[]? labels, ShapeElement? element)
    {
        switch (element)
        {
            case null: node.Fix(labels, "computes its shape"); break;
            case { IsExtent: true } when !node.Labels.AreSame(element.Extent, labels):
                node.Fix(labels, "takes its shape from elsewhere");
                node.Fix(element.Extent, "takes its shape from it");
                break;
            case { IsExtent: true } or { Value: 1 or -1 }: break;
            default: node.Flow.Shapes.NoteUse(element, labels, node.Name); break;
        }
    }
}
