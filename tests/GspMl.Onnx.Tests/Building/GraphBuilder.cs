using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Building;

/// <summary>Builds small ONNX models in memory.</summary>
internal sealed class GraphBuilder
{
    public GraphBuilder(int opset = 17)
    {
        Model = new() { IrVersion = 8, ProducerName = "tests", Graph = new() { Name = "graph" } };
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
    }

    public ModelProto Model { get; }

    public GraphProto Graph => Model.Graph;

    public GraphBuilder Input(string name, params object[] shape) => Input(name, Elements.Float, shape);

    public GraphBuilder Input(string name, Elements type, params object[] shape)
    {
        Graph.Input.Add(Value(name, type, shape));
        return this;
    }

    public GraphBuilder Output(string name, params object[] shape) => Output(name, Elements.Float, shape);

    public GraphBuilder Output(string name, Elements type, params object[] shape)
    {
        Graph.Output.Add(Value(name, type, shape));
        return this;
    }

    public GraphBuilder Initializer(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        return this;
    }

    public GraphBuilder Node(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        Graph.Node.Add(MakeNode(op, inputs, outputs, attributes));
        return this;
    }

    public string Save(string path)
    {
        File.WriteAllBytes(path, Model.ToByteArray());
        return path;
    }

    public static NodeProto MakeNode(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"{op.ToLowerInvariant()}_{outputs[0]}" };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        node.Attribute.Add(attributes);
        return node;
    }

    public static AttributeProto Attribute(string name, long value)
        => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Attribute(string name, float value)
        => new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }

    public static AttributeProto Attribute(string name, string value)
        => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Attribute(string name, TensorProto value)
        => new() { Name = name, T = value, Type = AttributeProto.Types.AttributeType.Tensor };

    public static AttributeProto Attribute(string name, GraphProto value)
        => new() { Name = name, G = value, Type = AttributeProto.Types.AttributeType.Graph };

    /// <summary>float32 in raw_data.</summary>
    public static TensorProto Floats(string name, float[] values, params long[] shape)
    {
        var tensor = Shaped(name, Elements.Float, shape);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        return tensor;
    }

    public static TensorProto Integers(string name, params long[] values)
    {
        var tensor = Shaped(name, Elements.Int64, values.Length);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        return tensor;
    }

    public static TensorProto Shaped(string name, Elements type, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        tensor.Dims.Add(shape);
        return tensor;
    }

    /// <summary>The tensor with its elements in a file beside the model.</summary>
    public static TensorProto Outside(TensorProto tensor, string location) => Outside(tensor, ("location", location));

    /// <summary>The tensor with these entries of external_data in place of its elements.</summary>
    public static TensorProto Outside(TensorProto tensor, params (string Key, string Value)[] entries)
    {
        tensor.ClearRawData();
        tensor.FloatData.Clear();
        tensor.Int64Data.Clear();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in entries) tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return tensor;
    }

    /// <summary>Reproducible values that are neither zero nor equal in magnitude.</summary>
    public static float[] Random(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() + 0.01) * (random.Next(2) * 2 - 1)))];
    }

    public static ValueInfoProto Value(string name, Elements type, params object[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var extent in shape)
            dimensions.Dim.Add(extent is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(extent) });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = dimensions } } };
    }
}
