using Google.Protobuf;
using GspMl.Onnx.Proto;
using Kind = GspMl.Onnx.Proto.AttributeProto.Types.AttributeType;

namespace GspMl.Training.Graphs;

/// <summary>Attributes of nodes: made, and read with their defaults.</summary>
internal static class Attributes
{
    public static AttributeProto Of(string name, long value) => new() { Name = name, I = value, Type = Kind.Int };

    public static AttributeProto Of(string name, float value) => new() { Name = name, F = value, Type = Kind.Float };

    public static AttributeProto Of(string name, string value)
        => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = Kind.String };

    public static AttributeProto Of(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }

    public static AttributeProto? Find(this NodeProto node, string name)
        => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public static long Integer(this NodeProto node, string name, long otherwise) => node.Find(name)?.I ?? otherwise;

    public static float Number(this NodeProto node, string name, float otherwise) => node.Find(name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name, string otherwise) => node.Find(name)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>A list of integers; null where the node has none of that name.</summary>
    public static long[]? Integers(this NodeProto node, string name) => node.Find(name) is { } attribute ? [.. attribute.Ints] : null;
}
