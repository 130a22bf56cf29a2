using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Training.Operators;

/// <summary>
/// What in a graph changes from batch to batch of one shape: values that come of the inputs or of trained tensors, and shapes that come of
/// such values.
/// </summary>
internal sealed class Dependence
{
    private static readonly HashSet<string> Measuring = ["Shape", "Size"];

    private static readonly HashSet<string> Random = ["RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Bernoulli",
        "Multinomial"];

    private static readonly HashSet<string> Counting = ["NonZero", "Compress", "Unique", "NonMaxSuppression", "If", "Loop", "Scan",
        "SequenceAt", "ConcatFromSequence"];

    private static readonly HashSet<string> ShapedByOperands = ["Reshape", "Expand", "Slice", "Tile", "Resize", "Pad", "Split", "TopK",
        "OneHot", "Upsample", "Unsqueeze", "Squeeze", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "CenterCropPad", "AffineGrid"];

    private static readonly HashSet<string> ShapedByAll = ["ConstantOfShape", "Range", "EyeLike"];

    private readonly HashSet<string> values;
    private readonly HashSet<string> shapes = [];

    /// <param name="nodes">In topological order.</param>
    /// <param name="changing">Inputs and trained tensors.</param>
    public Dependence(IEnumerable<NodeProto> nodes, IEnumerable<string> changing)
    {
        values = [.. changing];
        foreach (var node in nodes) Pass(node);
    }

    /// <summary>Whether a tensor's values change from batch to batch.</summary>
    public bool Changes(string tensor) => values.Contains(tensor);

    /// <summary>Whether even its shape does.</summary>
    public bool ChangesShape(string tensor) => shapes.Contains(tensor);

    private void Pass(NodeProto node)
    {
        var reads = NodeReads.Of(node).ToList();
        var isOwn = OperatorDomain.Of(node.Domain) == OperatorDomain.Onnx;
        var ofShapes = reads.Any(shapes.Contains);
        var ofValues = reads.Any(values.Contains) || Random.Contains(node.OpType);
        if (isOwn && Measuring.Contains(node.OpType) ? ofShapes : ofValues) values.UnionWith(node.Output);
        if (ofShapes || (isOwn && ofValues && IsShapedByValues(node))) shapes.UnionWith(node.Output);
    }

    private bool IsShapedByValues(NodeProto node)
        => Counting.Contains(node.OpType)
            || (ShapedByAll.Contains(node.OpType) && node.Input.Any(values.Contains))
            || (ShapedByOperands.Contains(node.OpType) && node.Input.Skip(1).Any(values.Contains));
}
