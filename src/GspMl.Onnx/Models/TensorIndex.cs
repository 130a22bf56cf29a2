using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Models;

/// <summary>
/// Every tensor of a model with its place in the file and a unique name; found by walking the parsed model and the file's messages side by
/// side.
/// </summary>
internal sealed class TensorIndex
{
    private readonly Dictionary<TensorProto, TensorLocation> locations = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, int> repeats = [];

    private TensorIndex()
    {
    }

    public TensorLocation this[TensorProto tensor] => locations[tensor];

    public IEnumerable<TensorLocation> All => locations.Values;

    public static TensorIndex Of(ModelProto model, WireMessage root)
    {
        var index = new TensorIndex();
        index.AddGraph(model.Graph, root.Child(OnnxField.ModelGraph), "");
        foreach (var (function, wire) in model.Functions.Zip(root.ChildrenOf(OnnxField.ModelFunctions)))
            index.AddNodes(function.Node, wire.ChildrenOf(OnnxField.FunctionNode), $"{function.Name}/");
        return index;
    }

    /// <summary>What messages call a node: its name, or its operator and first output where it has none.</summary>
    public static string NodeName(NodeProto node)
        => node.Name.Length > 0 ? node.Name : $"{node.OpType}→{node.Output.FirstOrDefault(o => o.Length > 0)}";

    private void AddGraph(GraphProto graph, WireMessage wire, string path)
    {
        foreach (var (tensor, place) in graph.Initializer.Zip(wire.ChildrenOf(OnnxField.GraphInitializer)))
            Add(tensor, place, path + tensor.Name);
        foreach (var sparse in graph.SparseInitializer) RefuseExternal(sparse, path + sparse.Values?.Name);
        AddNodes(graph.Node, wire.ChildrenOf(OnnxField.GraphNode), path);
    }

    private void AddNodes(IEnumerable<NodeProto> nodes, IEnumerable<WireMessage> wires, string path)
    {
        foreach (var (node, wire) in nodes.Zip(wires))
            foreach (var (attribute, place) in node.Attribute.Zip(wire.ChildrenOf(OnnxField.NodeAttribute)))
                AddAttribute(node, attribute, place, path);
    }

    private void AddAttribute(NodeProto node, AttributeProto attribute, WireMessage wire, string path)
    {
        var inner = $"{path}{NodeName(node)}/{attribute.Name}";
        if (attribute.T is { } tensor)
            Add(tensor, wire.Child(OnnxField.AttributeTensor),
                OperatorTable.Of(node)?.Constants == ConstantFlowKind.Stored ? path + node.Output.FirstOrDefault() : inner);
        RefuseExternal(attribute.SparseTensor, inner);
        if (attribute.G is { } graph) AddGraph(graph, wire.Child(OnnxField.AttributeGraph), inner + "/");
        foreach (var (element, place) in attribute.Tensors.Zip(wire.ChildrenOf(OnnxField.AttributeTensors))) Add(element, place, inner);
        foreach (var (element, place) in attribute.Graphs.Zip(wire.ChildrenOf(OnnxField.AttributeGraphs)))
            AddGraph(element, place, inner + "/");
    }

    /// <summary>
    /// Sparse tensors are left alone, files and all. Written elsewhere, such a tensor would read whatever file has the name there; and
    /// nobody has looked where its file lies.
    /// </summary>
    private static void RefuseExternal(SparseTensorProto? sparse, string name)
    {
        if (new[] { sparse?.Values, sparse?.Indices }.Any(part => part is { DataLocation: TensorProto.Types.DataLocation.External }))
            throw new InvalidDataException($"sparse tensor '{name}' has external data, which is read for dense tensors only");
    }

    private void Add(TensorProto tensor, WireMessage wire, string name)
    {
        // An extent of 0 makes no shape possible whose other extents overflow.
        if (tensor.Dims.Any(extent => extent < 0)
            || tensor.Dims.Aggregate(1.0, (product, extent) => product * Math.Max(1, extent)) > long.MaxValue / 16)
            throw new InvalidDataException($"tensor '{name}' has the impossible shape [{string.Join(',', tensor.Dims)}]");
        var unique = name;
        // Numbers go on where they were left for the name, so that a thousand tensors of one name are not a million tries.
        for (var i = repeats.GetValueOrDefault(name, 2); !names.Add(unique); repeats[name] = ++i) unique = $"{name}#{i}";
        locations.Add(tensor, new(tensor, wire, unique));
    }
}
