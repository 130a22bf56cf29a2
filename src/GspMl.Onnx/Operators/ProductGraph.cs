using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Operators;

/// <summary>Models of one node that multiply two stacks of float matrices.</summary>
internal static class ProductGraph
{
    private const int Opset = 13;
    private const int IrVersion = 7;

    /// <summary>The names of the two factors.</summary>
    public static IReadOnlyCollection<string> Inputs { get; } = ["a", "b"];

    /// <summary>The name of the product.</summary>
    public static IReadOnlyCollection<string> Outputs { get; } = ["c"];

    /// <summary>A·B of each pair of matrices, or A·Bᵀ.</summary>
    public static ModelProto Of(bool isTransposed)
    {
        var node = new NodeProto { OpType = isTransposed ? "FusedMatMul" : "MatMul", Domain = isTransposed ? "com.microsoft" : "" };
        node.Input.AddRange(Inputs);
        node.Output.AddRange(Outputs);
        if (isTransposed) node.Attribute.Add(new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.AttributeType.Int });
        var graph = new GraphProto { Name = "product" };
        graph.Node.Add(node);
        graph.Input.AddRange(Inputs.Select(Matrices));
        graph.Output.AddRange(Outputs.Select(Matrices));
        var model = new ModelProto { IrVersion = IrVersion, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        return model;
    }

    private static ValueInfoProto Matrices(string name)
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new() };
        foreach (var axis in new[] { "g", name + "0", name + "1" })
            type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = axis });
        return new() { Name = name, Type = new() { TensorType = type } };
    }
}
