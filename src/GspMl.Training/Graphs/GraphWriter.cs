using System.Globalization;
using GspMl.Onnx.Proto;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Graphs;

/// <summary>Appends nodes and constants to a graph, under names that nothing else bears.</summary>
/// <param name="graph">The graph.</param>
/// <param name="opset">The version of ONNX's operators that it imports.</param>
/// <param name="type">The number type in which it computes.</param>
internal sealed class GraphWriter(GraphProto graph, long opset, Element type = Element.Float)
{
    private readonly HashSet<string> names = NamesOf(graph);
    private readonly Dictionary<string, string> constants = [];
    private int count;

    public GraphProto Graph => graph;

    public long Opset => opset;

    public Element Type => type;

    /// <summary>A node of ONNX's domain with one output; its name.</summary>
    public string Node(string op, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
        => Nodes(op, inputs, 1, attributes)[0];

    /// <summary>A node of ONNX's domain with several outputs; their names.</summary>
    public string[] Nodes(string op, IEnumerable<string> inputs, int outputs, params IEnumerable<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = op };
        node.Input.Add(inputs);
        node.Output.Add(Enumerable.Range(0, outputs).Select(_ => Fresh(op)));
        node.Name = node.Output[0];
        node.Attribute.Add(attributes);
        graph.Node.Add(node);
        return [.. node.Output];
    }

    /// <summary>A name that the graph does not have yet.</summary>
    public string Fresh(string what)
    {
        string name;
        do name = string.Create(CultureInfo.InvariantCulture, $"training/{what}_{count++}");
        while (!names.Add(name));
        return name;
    }

    /// <summary>A single number of the graph's number type.</summary>
    public string Scalar(double value) => Constant($"s{value:R}", name => Tensors.Of(name, type, [value]));

    /// <summary>Numbers of the graph's number type.</summary>
    public string Numbers(double[] values, params IEnumerable<long> shape) => Constant(null, name => Tensors.Of(name, type, values, shape));

    /// <summary>A list of integers.</summary>
    public string Integers(params IEnumerable<long> values)
    {
        double[] numbers = [.. values.Select(value => (double)value)];
        return Constant($"i{string.Join(',', numbers)}", name => Tensors.Of(name, Element.Int64, numbers, numbers.Length));
    }

    /// <summary>A single integer.</summary>
    public string Integer(long value) => Constant($"n{value}", name => Tensors.Of(name, Element.Int64, [value]));

    private string Constant(string? key, Func<string, TensorProto> make)
    {
        if (key is not null && constants.TryGetValue(key, out var known)) return known;
        var tensor = make(Fresh("constant"));
        graph.Initializer.Add(tensor);
        if (key is not null) constants.Add(key, tensor.Name);
        return tensor.Name;
    }

    private static HashSet<string> NamesOf(GraphProto graph)
        => [.. graph.Node.SelectMany(node => node.Output), .. graph.Initializer.Select(tensor => tensor.Name),
            .. graph.Input.Select(input => input.Name), .. graph.Node.SelectMany(InnerNames)];

    private static IEnumerable<string> InnerNames(NodeProto node)
        => node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => NamesOf(attribute.G));
}
