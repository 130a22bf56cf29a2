using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Follows channels through a model's main graph: every position of every stored tensor's axes begins with a label of its own, and the
/// nodes, in order, hand labels on, join those that can only go together, and fix those that must stay. Nothing is guessed: what no rule
/// covers is fixed.
/// </summary>
internal sealed class ChannelFlow
{
    private readonly GraphProto graph;
    private readonly ModelRunShapes shapes;
    private readonly HashSet<(string Domain, string Name)> functions;
    private readonly Dictionary<string, FollowedTensor?> tensors = [];
    private readonly HashSet<string> constants = [];
    private readonly List<FollowedLayer> layers = [];
    private readonly List<FollowedProduct> products = [];
    private readonly Dictionary<TensorLocation, FollowedTensor> stored = [];
    private readonly List<AttributeUse> attributes = [];
    private readonly List<IndexUse> indices = [];
    private readonly List<int[]> paired = [];
    private readonly Lazy<ILookup<string, PrunableWeight>> weights;
    private readonly Lazy<IReadOnlyDictionary<string, int>> readers;
    private readonly OnnxModel model;

    private ChannelFlow(OnnxModel model, ModelRunShapes shapes)
    {
        (this.model, this.shapes, graph) = (model, shapes, model.Proto.Graph);
        Opset = model.Proto.OpsetImport.Where(o => OperatorDomain.Of(o.Domain) == OperatorDomain.Onnx).Select(o => o.Version)
            .DefaultIfEmpty(1).Max();
        functions = [.. model.Proto.Functions.Select(f => (OperatorDomain.Of(f.Domain), f.Name))];
        Shapes = new(this);
        weights = new(() => model.Weights.SelectMany(weight => weight.Nodes.Select(node => (node, weight)))
            .ToLookup(pair => pair.node, pair => pair.weight));
        readers = new(() => graph.Node.SelectMany(node => node.Input).CountBy(name => name).ToDictionary());
    }

    public ChannelLabels Labels { get; } = new();

    public ShapeValues Shapes { get; }

    public long Opset { get; }

    /// <summary>The layers, in the order of their nodes.</summary>
    public IReadOnlyList<FollowedLayer> Layers => layers;

    /// <summary>What the model's products cost.</summary>
    public IReadOnlyList<FollowedProduct> Products => products;

    /// <summary>The stored tensors of the main graph with their labels.</summary>
    public IReadOnlyDictionary<TensorLocation, FollowedTensor> Stored => stored;

    /// <summary>Which numbers of attributes are extents of which axes.</summary>
    public IReadOnlyList<AttributeUse> Attributes => attributes;

    /// <summary>Which stored tensors hold positions of which axes.</summary>
    public IReadOnlyList<IndexUse> Indices => indices;

    /// <summary>Axes over which two activations are multiplied: nothing that is stored reads these channels there.</summary>
    public IReadOnlyList<int[]> Paired => paired;

    /// <summary>The activations that the model computes, with their labels.</summary>
    public IReadOnlyDictionary<string, FollowedTensor?> Tensors => tensors;

    /// <summary>Follows a model's channels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shapes">The shapes of its tensors in one run.</param>
    public static ChannelFlow Of(OnnxModel model, ModelRunShapes shapes)
    {
        var flow = new ChannelFlow(model, shapes);
        flow.DefineInputs();
        foreach (var place in NodeOrder.Of(flow.graph.Node)) flow.Visit(place);
        foreach (var output in flow.graph.Output)
            foreach (var axis in flow.Tensor(output.Name)?.Axes ?? []) flow.Labels.Fix(axis, $"it is output '{output.Name}' of the model");
        flow.Shapes.Settle();
        return flow;
    }

    public FollowedTensor? Tensor(string name) => tensors.GetValueOrDefault(name);

    public IReadOnlyList<long>? ShapeOf(string name) => shapes.Of(name);

    public bool IsConstant(string name) => constants.Contains(name);

    public void Define(string name, FollowedTensor tensor) => tensors[name] = tensor;

    public void AddLayer(FollowNodeLayer layer)
        => layers.Add(new(layer.Node, Weight(layer), layer.Outputs, layer.Inputs));

    public void AddProduct(IEnumerable<long> extents, IEnumerable<int[]?> axes)
        => products.Add(new(extents.Aggregate(1.0, (product, extent) => product * extent), [.. axes.OfType<int[]>()]));

    private PrunableWeight? Weight(FollowNodeLayer layer)
    {
        var found = weights.Value[layer.Node].ToList();
        if (layer.Tensor is { } tensor) found.RemoveAll(weight => weight.Name != tensor);
        return found.Count == 1 ? found[0] : null;
    }

    private void DefineInputs()
    {
        foreach (var tensor in graph.Initializer) DefineStored(tensor.Name, tensor);
        foreach (var sparse in graph.SparseInitializer)
            Define(sparse.Values.Name, FollowedTensor.Plain([.. sparse.Dims], "sparse initializer"));
        foreach (var input in graph.Input)
        {
            if (Tensor(input.Name) is { } overridable)
            {
                foreach (var axis in overridable.Axes) Labels.Fix(axis, $"'{input.Name}' can be set from outside the model");
            }
            else if (shapes.Of(input.Name) is { } shape) Define(input.Name, FollowedTensor.Plain(shape, $"input '{input.Name}'"));
        }
    }

    private void DefineStored(string name, TensorProto tensor)
    {
        var location = model.Locate(tensor);
        var followed =
            new FollowedTensor([.. tensor.Dims],
            [.. tensor.Dims.Select(extent => extent > 1 && extent <= int.MaxValue / 2 ? Labels.Create((int)extent) : null)], $"'{name}'");
        if (StoredElements.SizeOf(tensor) == 0)
            foreach (var axis in followed.Axes) Labels.Fix(axis, $"'{name}' has elements of a type that is not cut");
        stored[location] = followed;
        tensors[name] = followed;
        constants.Add(name);
        Shapes.DefineStored(name, tensor, location);
    }

    private void Visit(int position)
    {
        var node = graph.Node[position];
        if (OperatorOf(node) is { Constants: ConstantFlowKind.Stored } && node.Output.Count == 1) { DefineConstant(node); return; }
        var at = new FlowNode(this, node, position);
        if (HasSubgraph(node)) FixOuter(node, at);
        try
        {
            if (at.Operator is null || HasSubgraph(node))
                throw new NotFollowedException($"{at.Name} is no operator whose channels are followed");
            if (Shapes.Follow(node, at)) DefinePlain(node, at);
            else FlowRules.Apply(at);
        }
        catch (NotFollowedException e)
        {
            GiveUp(node, at, e.Message);
        }
        at.FixRest($"{at.Name} reads it");
        at.FixUntakenShapes();
        if (node.Input.Count > 0 && node.Input.All(input => input.Length == 0 || IsConstant(input))) constants.UnionWith(node.Output);
    }

    public void NoteAttribute(AttributeUse use) => attributes.Add(use);

    public void NotePaired(int[] labels) => paired.Add(labels);

    /// <summary>That a stored tensor holds positions of an axis; false where another node reads it as well.</summary>
    public bool NoteIndices(string tensor, int[] labels)
    {
        if (Tensor(tensor) is not { } known || readers.Value.GetValueOrDefault(tensor) != 1) return false;
        var location = stored.FirstOrDefault(pair => ReferenceEquals(pair.Value, known)).Key;
        if (location is null || StoredElements.SizeOf(location.Proto) == 0
            || graph.Input.Any(input => input.Name == tensor)) return false;
        indices.Add(new(location, labels));
        return true;
    }

    private void DefineConstant(NodeProto node)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == "value") is { T: { } tensor }) DefineStored(node.Output[0], tensor);
        else
        {
            if (node.Attribute.FirstOrDefault(a => a.Name is "value_ints" or "value_int") is { } integers)
                Shapes.DefineStored(node.Output[0], integers.Name == "value_ints" ? integers.Ints : [integers.I]);
            if (shapes.Of(node.Output[0]) is { } shape) Define(node.Output[0], FollowedTensor.Plain(shape, $"'{node.Output[0]}'"));
            constants.Add(node.Output[0]);
        }
    }

    /// <summary>The node's inputs stay as they are, even those that its rule began with.</summary>
    private void GiveUp(NodeProto node, FlowNode at, string why)
    {
        foreach (var input in node.Input)
            foreach (var axis in (input.Length > 0 ? Tensor(input)?.Axes : null) ?? []) Labels.Fix(axis, why);
        DefinePlain(node, at);
    }

    private void DefinePlain(NodeProto node, FlowNode at)
    {
        foreach (var output in node.Output)
            if (shapes.Of(output) is { } shape) Define(output, FollowedTensor.Plain(shape, at.Name));
    }

    /// <summary>What subgraphs take from around them.</summary>
    private void FixOuter(NodeProto node, FlowNode at)
    {
        foreach (var name in NodeReads.Of(node))
        {
            foreach (var axis in Tensor(name)?.Axes ?? []) Labels.Fix(axis, $"{at.Name} reads it in a subgraph");
            Shapes.NoteOther(name, at.Name);
        }
    }

    /// <summary>The operator of a node; null for one that is not known, and for the model's own functions.</summary>
    public Operator? OperatorOf(NodeProto node)
        => functions.Contains((OperatorDomain.Of(node.Domain), node.OpType)) ? null : OperatorTable.Of(node);

    private static bool HasSubgraph(NodeProto node) => node.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0);
}

/// <summary>A layer as its rule saw it.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Outputs">Labels of its output channels.</param>
/// <param name="Inputs">Labels of its input channels.</param>
/// <param name="Tensor">The weight, where the node has several.</param>
internal sealed record FollowNodeLayer(string Node, int[]? Outputs, int[]? Inputs, string? Tensor = null);

/// <summary>That a number of an attribute is the extent of an axis: it is written anew when the axis shrinks.</summary>
internal sealed record AttributeUse(int Node, string Name, int Index, int[] Labels);

/// <summary>That a stored tensor holds positions of an axis: they are counted anew when the axis shrinks.</summary>
internal sealed record IndexUse(TensorLocation Tensor, int[] Labels);
