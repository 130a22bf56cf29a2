using GspMl.Onnx.Calibration;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Operators;

/// <summary>
/// Brings a model that computes in half precision to single precision, in which it is trained: stored tensors, types that nodes name, and
/// what comes in and goes out.
/// </summary>
internal static class SinglePrecision
{
    // Attributes that name a number type.
    private static readonly HashSet<string> Types = ["to", "dtype"];

    /// <summary>Changes a model in place; one without half precision stays as it is.</summary>
    public static void Apply(ModelProto model)
    {
        Apply(model.Graph);
        var inputs = model.Graph.Input.Where(input => IsHalf(input.Type?.TensorType?.ElemType)).Select(input => input.Name).ToHashSet();
        foreach (var node in model.Graph.Node) Rename(node, inputs);
        foreach (var (input, place) in inputs.Select((input, place) => (input, place)))
            model.Graph.Node.Insert(place, Converted(input));
        foreach (var output in model.Graph.Output) Raise(output);
    }

    private static void Apply(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) Raise(tensor);
        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute))
        {
            if (Types.Contains(attribute.Name) && IsHalf((int)attribute.I)) attribute.I = (long)Element.Float;
            if (attribute.T is { } tensor) Raise(tensor);
            if (attribute.G is not { } inner) continue;
            Apply(inner);
            inner.ValueInfo.Clear();
            foreach (var value in inner.Input.Concat(inner.Output)) Raise(value);
        }
    }

    private static void Raise(TensorProto tensor)
    {
        if (!IsHalf(tensor.DataType)) return;
        var raised = Tensors.Of(tensor.Name, Element.Float, WorkingModel.Values(tensor), tensor.Dims);
        (tensor.DataType, tensor.RawData) = (raised.DataType, raised.RawData);
    }

    private static void Raise(ValueInfoProto value)
    {
        if (IsHalf(value.Type?.TensorType?.ElemType)) value.Type!.TensorType.ElemType = (int)Element.Float;
    }

    /// <summary>Nodes, and those of their subgraphs, read the converted input.</summary>
    private static void Rename(NodeProto node, HashSet<string> inputs)
    {
        for (var i = 0; i < node.Input.Count; i++)
            if (inputs.Contains(node.Input[i])) node.Input[i] = Single(node.Input[i]);
        foreach (var inner in node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => attribute.G.Node))
            Rename(inner, inputs);
    }

    private static NodeProto Converted(string input)
    {
        var node = new NodeProto { OpType = "Cast", Name = Single(input) };
        node.Input.Add(input);
        node.Output.Add(Single(input));
        node.Attribute.Add(Attributes.Of("to", (long)Element.Float));
        return node;
    }

    private static string Single(string input) => $"training/single/{input}";

    private static bool IsHalf(int? type) => type is (int)Element.Float16 or (int)Element.Bfloat16;
}
