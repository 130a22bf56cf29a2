using GspMl.Onnx.Proto;

namespace GspMl.Training.Graphs;

/// <summary>Puts the bodies of a model's local functions where they are called.</summary>
internal sealed class FunctionInlining
{
    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> functions;
    private int calls;

    private FunctionInlining(ModelProto model)
        => functions = model.Functions.ToDictionary(function => (function.Domain, function.Name, function.Overload));

    /// <summary>Inlines every call in the main graph, those within functions too.</summary>
    public static void Apply(ModelProto model)
    {
        if (model.Functions.Count == 0) return;
        var inlining = new FunctionInlining(model);
        var nodes = model.Graph.Node.ToList();
        model.Graph.Node.Clear();
        foreach (var node in nodes) model.Graph.Node.Add(inlining.Expand(node));
    }

    private IEnumerable<NodeProto> Expand(NodeProto node)
        => functions.TryGetValue((node.Domain, node.OpType, node.Overload), out var function)
            ? Body(function, node).SelectMany(Expand) : [node];

    private List<NodeProto> Body(FunctionProto function, NodeProto call)
    {
        var names = new Renaming($"call{calls++}/{function.Name}/");
        for (var i = 0; i < function.Input.Count; i++) names.Set(function.Input[i], i < call.Input.Count ? call.Input[i] : "");
        for (var i = 0; i < function.Output.Count; i++)
            if (i < call.Output.Count && call.Output[i].Length > 0) names.Set(function.Output[i], call.Output[i]);
        var values = function.AttributeProto.Concat(call.Attribute).GroupBy(value => value.Name)
            .ToDictionary(named => named.Key, named => named.Last());
        return function.Node.Select(node => names.Apply(node.Clone(), values)).ToList();
    }
}

/// <summary>Gives the tensors of a copied body names of their own, and its attributes the caller's values.</summary>
/// <param name="prefix">What stands before names of the body.</param>
internal sealed class Renaming(string prefix)
{
    private readonly Dictionary<string, string> names = [];

    public void Set(string inner, string outer) => names[inner] = outer;

    public NodeProto Apply(NodeProto node, IReadOnlyDictionary<string, AttributeProto> values)
    {
        for (var i = 0; i < node.Input.Count; i++) node.Input[i] = Of(node.Input[i]);
        for (var i = 0; i < node.Output.Count; i++) node.Output[i] = Of(node.Output[i]);
        node.Name = prefix + node.Name;
        Resolve(node, values);
        foreach (var attribute in node.Attribute)
            foreach (var inner in attribute.G is { } graph ? attribute.Graphs.Prepend(graph) : attribute.Graphs)
                ApplyTo(inner, values);
        return node;
    }

    private void ApplyTo(GraphProto graph, IReadOnlyDictionary<string, AttributeProto> values)
    {
        foreach (var tensor in graph.Initializer) tensor.Name = Of(tensor.Name);
        foreach (var value in graph.Input.Concat(graph.Output)) value.Name = Of(value.Name);
        graph.ValueInfo.Clear();
        foreach (var node in graph.Node) Apply(node, values);
    }

    private static void Resolve(NodeProto node, IReadOnlyDictionary<string, AttributeProto> values)
    {
        foreach (var attribute in node.Attribute.Where(attribute => attribute.RefAttrName.Length > 0).ToList())
        {
            node.Attribute.Remove(attribute);
            if (!values.TryGetValue(attribute.RefAttrName, out var value)) continue;
            var resolved = value.Clone();
            resolved.Name = attribute.Name;
            node.Attribute.Add(resolved);
        }
    }

    private string Of(string name)
    {
        if (name.Length == 0) return name;
        return names.TryGetValue(name, out var known) ? known : names[name] = prefix + name;
    }
}
