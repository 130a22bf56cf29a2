using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Operators;

/// <summary>Nodes that hold a constant, as the initializers that they might be.</summary>
internal static class StoredConstants
{
    /// <summary>The tensor that a node holds, under the name of its output; null for other nodes.</summary>
    public static TensorProto? Of(NodeProto node)
    {
        if (node.OpType != "Constant" || OperatorDomain.Of(node.Domain) != OperatorDomain.Onnx || node.Attribute.Count != 1) return null;
        var (attribute, name) = (node.Attribute[0], node.Output[0]);
        return attribute.Name switch
        {
            "value" => Named(attribute.T, name),
            "value_float" => Tensors.Of(name, Element.Float, [attribute.F]),
            "value_int" => Tensors.Of(name, Element.Int64, [attribute.I]),
            "value_floats" => Tensors.Of(name, Element.Float, [.. attribute.Floats.Select(value => (double)value)], attribute.Floats.Count),
            "value_ints" => Tensors.Of(name, Element.Int64, [.. attribute.Ints.Select(value => (double)value)], attribute.Ints.Count),
            _ => null,
        };
    }

    private static TensorProto Named(TensorProto tensor, string name)
    {
        tensor.Name = name;
        return tensor;
    }
}
