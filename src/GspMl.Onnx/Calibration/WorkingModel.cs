using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// A copy of a model in memory whose weights can be changed and whose parts can be run on their own: any tensors in,
/// any tensors out. What is stored sparse is dense in it. Only the main graph is cut; subgraphs and local functions go with the
/// nodes that hold them, unless all rows take the same branch (<see cref="TakenBranches"/>).
/// </summary>
internal sealed class WorkingModel
{
    /// <summary>Bytes of weights that run from memory: of the 2 GB that a protocol buffer may have, all but what nodes and names
    /// take.</summary>
    public const long MostWeights = 2000L << 20;

    private readonly ModelProto model;
    private readonly Dictionary<string, TensorProto> tensors = [];
    private readonly Dictionary<string, int> producers = [];
    private readonly Dictionary<string, TensorProto> initializers = [];
    private readonly HashSet<string> constants = [];
    private readonly string[][] reads;

    /// <exception cref="OnnxModelException">A tensor cannot be read, or the model is too large to be run from memory.</exception>
    public WorkingModel(OnnxModel source)
        : this(source, TakenBranches.None)
    {
    }

    /// <param name="source">The model.</param>
    /// <param name="taken">Branches whose nodes become nodes of the main graph.</param>
    /// <exception cref="OnnxModelException">A tensor cannot be read, or the model is too large to be run from memory.</exception>
    public WorkingModel(OnnxModel source, TakenBranches taken)
        : this(source.Dense(), taken, new HashSet<TensorLocation>())
    {
    }

    /// <param name="source">The model; nothing in it is stored sparse.</param>
    /// <param name="without">Tensors whose elements stay where they are: a part that reads them must have them as inputs.</param>
    /// <exception cref="OnnxModelException">A tensor cannot be read.</exception>
    public WorkingModel(OnnxModel source, LargeOperands without)
        : this(source, TakenBranches.None, without.Locations)
    {
    }

    private WorkingModel(OnnxModel source, TakenBranches taken, IReadOnlySet<TensorLocation> without)
    {
        (Path, MaxThreads) = (source.Path, source.Elements.MaxThreads);
        model = ModelProto.Parser.ParseFrom(source.File.Without(without).Span);
        var index = TensorIndex.Of(model, source.File.Root);
        var places = AllTensors(model).ToDictionary(tensor => index[tensor].Name);
        foreach (var location in source.Tensors)
            tensors.Add(location.Name, without.Contains(location) ? places[location.Name] : Load(source, location, places[location.Name]));
        taken.Unfold(Graph);
        Sort();
        foreach (var tensor in Graph.Initializer) initializers[tensor.Name] = tensor;
        constants.UnionWith(initializers.Keys);
        reads = [.. Graph.Node.Select(node => NodeReads.Of(node).Distinct().ToArray())];
        for (var i = 0; i < Graph.Node.Count; i++) NoteOutputs(i);
    }

    private void Sort()
    {
        List<NodeProto> nodes = [.. NodeOrder.Of(Graph.Node).Select(place => Graph.Node[place])];
        Graph.Node.Clear();
        Graph.Node.AddRange(nodes);
    }

    public string Path { get; }

    /// <summary>The most threads that run parts of it; 0 for as many as there are processors.</summary>
    public int MaxThreads { get; }

    /// <summary>The copy itself.</summary>
    public ModelProto Model => model;

    public GraphProto Graph => model.Graph;

    /// <summary>The model's nodes in topological order.</summary>
    public IReadOnlyList<NodeProto> Nodes => Graph.Node;

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. Graph.Output.Select(output => output.Name)];

    /// <summary>The tensors a node reads, those that its subgraphs take from around them included.</summary>
    public IReadOnlyList<string> ReadsOf(int node) => reads[node];

    /// <summary>Whether the value is the same for every input.</summary>
    public bool IsConstant(string tensor) => constants.Contains(tensor);

    /// <summary>The node that writes a tensor, or −1 for inputs and initializers.</summary>
    public int Producer(string tensor) => producers.GetValueOrDefault(tensor, -1);

    /// <summary>The nodes of the main graph that read a tensor.</summary>
    public IEnumerable<int> Readers(string tensor) => Enumerable.Range(0, reads.Length).Where(node => reads[node].Contains(tensor));

    /// <summary>The numbers that stand in the main graph under a name, an initializer's or those of a Constant node.</summary>
    public TensorProto? Stored(string name)
        => initializers.GetValueOrDefault(name)
            ?? (Producer(name) is >= 0 and var node && OperatorTable.Of(Nodes[node])?.Constants == ConstantFlowKind.Stored
                ? Nodes[node].Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T : null);

    /// <summary>
    /// What the main graph calls a tensor that stands in it, where the name in reports tells the subgraph, too; null for one that stands
    /// elsewhere.
    /// </summary>
    public string? NameOf(TensorProto tensor)
        => initializers.TryGetValue(tensor.Name, out var own) && ReferenceEquals(own, tensor) ? tensor.Name
            : Graph.Node.SelectMany(node => node.Output).FirstOrDefault(output => ReferenceEquals(Stored(output), tensor));

    /// <summary>The working copy of a tensor of the source model.</summary>
    public TensorProto this[TensorLocation tensor] => tensors[tensor.Name];

    /// <summary>A floating-point tensor's values.</summary>
    public static double[] Values(TensorProto tensor)
    {
        var values = new double[tensor.Dims.Aggregate(1L, (product, extent) => product * extent)];
        ElementFormat.Decode(ElementType(tensor), tensor.RawData.Span, values.AsSpan());
        return values;
    }

    /// <summary>Gives a floating-point tensor new values, rounded to its own number type.</summary>
    public static void SetValues(TensorProto tensor, ReadOnlySpan<double> values)
        => tensor.RawData = UnsafeByteOperations.UnsafeWrap(Encode(ElementType(tensor), values));

    /// <summary>Values as raw_data holds them.</summary>
    public static byte[] Encode(TensorElementType type, ReadOnlySpan<double> values)
    {
        var bytes = new byte[values.Length * ElementFormat.SizeOf(type)];
        ElementFormat.Encode(type, values, bytes.AsSpan());
        return bytes;
    }

    /// <summary>
    /// The part of the model that computes <paramref name="outputs"/> from <paramref name="inputs"/>, as a model file's
    /// bytes. An input may be any tensor, an initializer too; its number type is ONNX's number for it.
    /// </summary>
    /// <exception cref="OnnxModelException">Its weights are more than a model file can hold.</exception>
    public byte[] Part(IReadOnlyDictionary<string, int> inputs, IEnumerable<string> outputs)
    {
        var wanted = outputs.ToList();
        var nodes = NodesBetween(inputs.ContainsKey, wanted);
        var graph = new GraphProto { Name = "part" };
        graph.Node.AddRange(nodes.Select(i => Graph.Node[i]));
        var used = nodes.SelectMany(i => reads[i]).Concat(wanted).ToHashSet();
        graph.Initializer.AddRange(initializers.Values.Where(t => used.Contains(t.Name) && !inputs.ContainsKey(t.Name)));
        graph.Input.AddRange(inputs.Select(input => Value(input.Key, input.Value)));
        graph.Output.AddRange(wanted.Select(name => new ValueInfoProto { Name = name }));
        var part = new ModelProto { IrVersion = model.IrVersion, Graph = graph };
        part.OpsetImport.AddRange(model.OpsetImport);
        part.Functions.AddRange(model.Functions);
        return Bytes(part);
    }

    /// <summary>A model file of the same model with another graph.</summary>
    /// <exception cref="OnnxModelException">Its weights are more than a model file can hold.</exception>
    public byte[] Bytes(GraphProto graph) => Bytes(new ModelProto(model) { Graph = graph });

    private byte[] Bytes(ModelProto part)
    {
        var weights = AllTensors(part).Sum(tensor => (long)tensor.RawData.Length);
        return weights <= MostWeights ? part.ToByteArray()
            : throw new OnnxModelException($"{Path}: {weights / 1e9:F1} GB of its weights would have to run together, from memory; ONNX "
                + "Runtime takes less than 2 GB so.");
    }

    /// <summary>The nodes that must run to get from the available tensors to the wanted ones, in topological order.</summary>
    public IReadOnlyList<int> NodesBetween(Func<string, bool> available, IEnumerable<string> wanted)
    {
        var needed = new SortedSet<int>();
        var open = new Stack<string>(wanted.Where(name => !available(name)));
        while (open.TryPop(out var name))
        {
            if (!producers.TryGetValue(name, out var node) || !needed.Add(node)) continue;
            foreach (var read in reads[node])
                if (!available(read)) open.Push(read);
        }
        return [.. needed];
    }

    private static ValueInfoProto Value(string name, int elementType)
        => new() { Name = name, Type = new() { TensorType = new() { ElemType = elementType } } };

    private static TensorElementType ElementType(TensorProto tensor) => (TensorElementType)tensor.DataType;

    /// <summary>All numbers in raw_data, whatever the source stored them as.</summary>
    private static TensorProto Load(OnnxModel source, TensorLocation location, TensorProto tensor)
    {
        if (ElementFormat.SizeOf(location.ElementType) == 0
            || (location.Storage == TensorStorage.Raw && !source.Edits.TryGet(location, out _))) return tensor;
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(source.Elements.Bytes(location));
        tensor.FloatData.Clear();
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
        return tensor;
    }

    private void NoteOutputs(int node)
    {
        foreach (var output in Graph.Node[node].Output) producers[output] = node;
        if (reads[node].All(constants.Contains)) constants.UnionWith(Graph.Node[node].Output);
    }

    private static IEnumerable<TensorProto> AllTensors(ModelProto model)
        => AllTensors(model.Graph).Concat(model.Functions.SelectMany(function => function.Node.SelectMany(AllTensors)));

    private static IEnumerable<TensorProto> AllTensors(GraphProto graph) => graph.Initializer.Concat(graph.Node.SelectMany(AllTensors));

    private static IEnumerable<TensorProto> AllTensors(NodeProto node) => node.Attribute.SelectMany(attribute =>
        (attribute.T is { } tensor ? attribute.Tensors.Prepend(tensor) : attribute.Tensors)
            .Concat(NodeReads.Subgraphs(attribute).SelectMany(AllTensors)));
}
