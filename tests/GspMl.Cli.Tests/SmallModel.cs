using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Cli.Tests;

/// <summary>Small models of commands' tests, as files.</summary>
internal sealed class SmallModel
{
    private readonly ModelProto model = new() { IrVersion = 8, Graph = new() { Name = "small" } };

    private SmallModel() => model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });

    /// <summary>y = k·(x·W + the sum of state over its first axis): x [n,2], state [2,n,2], a number k; W is 2 × 2.</summary>
    public static SmallModel WithState() => new SmallModel().Input("x", "n", 2).Input("state", 2, "n", 2).Input("k").Output("y", "n", 2)
        .Tensor("w", Elements.Float, [2, 2], MemoryMarshal.AsBytes<float>([1, 0.5f, 0.25f, 1]))
        .Tensor("axis", Elements.Int64, [1], MemoryMarshal.AsBytes<long>([0]))
        .Node("MatMul", "h", "x", "w").Node("ReduceSum", "r", "state", "axis").Node("Add", "a", "h", "r").Node("Mul", "b", "a", "k")
        .Tensor("shape", Elements.Int64, [2], MemoryMarshal.AsBytes<long>([-1, 2])).Node("Reshape", "y", "b", "shape");

    /// <summary>y = relu(x) for x [n,t].</summary>
    public static SmallModel OfAnyLength() => new SmallModel().Input("x", "n", "t").Output("y", "n", "t").Node("Relu", "y", "x");

    /// <summary>A model with a weight and an operator that no runtime knows.</summary>
    public static SmallModel OfUnknownOperator() => new SmallModel().Input("x", "n", 2).Output("y", "n", 2)
        .Tensor("w", Elements.Float, [2, 2], MemoryMarshal.AsBytes<float>([1, 0.5f, 0.25f, 1]))
        .Node("MatMul", "h", "x", "w").Node("Unheard", "y", "h");

    /// <summary>x [n,2] times 2 × 2 weights of these names, one after the other; nodes are called by what they put out.</summary>
    public static SmallModel OfWeights(params ReadOnlySpan<string> names)
    {
        var model = new SmallModel().Input("x", "n", 2).Output("y", "n", 2);
        for (var i = 0; i < names.Length; i++)
        {
            model.Tensor(names[i], Elements.Float, [2, 2], MemoryMarshal.AsBytes<float>([1, 0.5f, 0.25f, 1]))
                .Node("MatMul", i == names.Length - 1 ? "y" : names[i] + i, i == 0 ? "x" : names[i - 1] + (i - 1), names[i]);
        }
        return model;
    }

    /// <summary>
    /// Two layers, and beside them an optional value that is none: ONNX Runtime 1.31 does not survive that somebody asks what it is.
    /// </summary>
    public static SmallModel OfNothing()
    {
        var model = OfWeights("w1", "w2");
        var none = new NodeProto { OpType = "Optional", Name = "none" };
        none.Output.Add("none");
        // The type float, in a field (14, type_proto) that the messages here do not have.
        none.Attribute.Add(AttributeProto.Parser.ParseFrom([0x0a, 4, .. "type"u8, 0xa0, 1, 13, 0x72, 4, 0x0a, 2, 8, 1]));
        model.model.Graph.Node.Insert(0, none);
        return model;
    }

    /// <summary>Two layers, and beside them a sum over 2 GB of ones that are made up on the way.</summary>
    public static SmallModel OfGigabytes()
    {
        var model = OfWeights("w1", "w2").Tensor("extent", Elements.Int64, [1], MemoryMarshal.AsBytes<long>([1L << 29]));
        return model.Node("ConstantOfShape", "ones", "extent").Node("Exp", "more", "ones");
    }

    /// <summary>x [n,2] is put out as rows of 8: it runs on multiples of four rows alone.</summary>
    public static SmallModel OfFourRows() => new SmallModel().Input("x", "n", 2).Output("y", "m", 8)
        .Tensor("shape", Elements.Int64, [2], MemoryMarshal.AsBytes<long>([-1, 8])).Node("Reshape", "y", "x", "shape");

    public void Save(string path) => File.WriteAllBytes(path, model.ToByteArray());

    private SmallModel Input(string name, params object[] shape) => Add(model.Graph.Input, name, shape);

    private SmallModel Output(string name, params object[] shape) => Add(model.Graph.Output, name, shape);

    private SmallModel Add(Google.Protobuf.Collections.RepeatedField<ValueInfoProto> values, string name, object[] shape)
    {
        var declared = new TensorShapeProto();
        foreach (var extent in shape)
            declared.Dim.Add(extent is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = (int)extent });
        var type = new TypeProto { TensorType = new() { ElemType = (int)Elements.Float, Shape = declared } };
        values.Add(new ValueInfoProto { Name = name, Type = type });
        return this;
    }

    private SmallModel Tensor(string name, Elements type, long[] shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        model.Graph.Initializer.Add(tensor);
        return this;
    }

    private SmallModel Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        model.Graph.Node.Add(node);
        return this;
    }
}
