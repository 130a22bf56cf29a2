using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;

namespace GspMl.ML.Saving;

/// <summary>
/// Writes an ONNX graph node by node. Values are named by numbers, constants by what they are, neither as a
/// column is. Computation is in double: a float graph is
/// off by 3e-2 where the basis is ill-conditioned.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly Names names;

    /// <param name="name">The graph's name.</param>
    /// <param name="columns">What its inputs and outputs are called, whatever a user calls columns: nothing else gets these names.</param>
    public GraphBuilder(string name, IEnumerable<string> columns) : this(name, new Names(columns)) { }

    private GraphBuilder(string name, Names names)
    {
        this.names = names;
        Graph = new() { Name = name };
    }

    public GraphProto Graph { get; }

    /// <summary>A graph for the body of a Loop: it sees the values of this one, and shares none of its names.</summary>
    public GraphBuilder Body(string name) => new(name, names);

    public string Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        Graph.Input.Add(Value(name, type, shape));
        return name;
    }

    public string Output(string name, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        Graph.Output.Add(Value(name, type, shape));
        return name;
    }

    public string FreshName() => names.Fresh();

    /// <summary>Adds a node with one output and returns the output's name.</summary>
    public string Node(string operation, string[] inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        NodeTo(FreshName(), operation, inputs, attributes);

    /// <summary>Adds a node whose output has a given name.</summary>
    public string NodeTo(string output, string operation, string[] inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = $"{operation}_{output}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        Graph.Node.Add(node);
        return output;
    }

    public string Cast(string value, TensorProto.Types.DataType type) => Node("Cast", [value], Integer("to", (int)type));

    public string Constant(string name, ReadOnlySpan<double> values, params long[] dims) =>
        Constant(name, TensorProto.Types.DataType.Double, MemoryMarshal.AsBytes(values), dims);

    public string Constant(string name, ReadOnlySpan<float> values, params long[] dims) =>
        Constant(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), dims);

    public string Constant(string name, ReadOnlySpan<long> values, params long[] dims) =>
        Constant(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), dims);

    public string Constant(string name, bool value) => Constant(name, TensorProto.Types.DataType.Bool, [value ? (byte)1 : (byte)0], []);

    public string Constant(string name, IEnumerable<string> values)
    {
        var tensor = new TensorProto { Name = names.Free(name), DataType = (int)TensorProto.Types.DataType.String };
        tensor.StringData.AddRange(values.Select(ByteString.CopyFromUtf8));
        tensor.Dims.Add(tensor.StringData.Count);
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string Constant(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> raw, long[] dims)
    {
        var tensor = new TensorProto { Name = names.Free(name), DataType = (int)type, RawData = ByteString.CopyFrom(raw) };
        tensor.Dims.AddRange(dims);
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public static AttributeProto Integer(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Integers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values.ToArray());
        return attribute;
    }

    public static AttributeProto Strings(string name, IEnumerable<string> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    public static AttributeProto Subgraph(string name, GraphBuilder body) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = body.Graph };

    /// <param name="name">The value's name.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="shape">A number for each dimension, or a name where it is not fixed.</param>
    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, ReadOnlySpan<object> shape)
    {
        var dims = new TensorShapeProto();
        foreach (var dim in shape) dims.Dim.Add(Dimension(dim));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = dims } } };
    }

    private static TensorShapeProto.Types.Dimension Dimension(object dim) =>
        dim is string symbol ? new() { DimParam = symbol } : new() { DimValue = Convert.ToInt64(dim, CultureInfo.InvariantCulture) };

    /// <summary>Names of values: in ONNX each is of one value, in all of a graph and its bodies.</summary>
    private sealed class Names(IEnumerable<string> columns)
    {
        private readonly HashSet<string> taken = [.. columns];
        private int next;

        public string Fresh()
        {
            while (true)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"v{next++}");
                if (!taken.Contains(name)) return name;
            }
        }

        /// <summary>The name itself, or where a column has it, with something behind it.</summary>
        public string Free(string name) => taken.Contains(name) ? Free(name + "'") : name;
    }
}
