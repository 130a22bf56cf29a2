namespace GspMl.Onnx.Wire;

/// <summary>The ONNX messages that can hold a tensor, directly or deeper down.</summary>
internal enum MessageKind
{
    Model,
    Graph,
    Function,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
}

/// <summary>
/// A message in the file's bytes, with those of its submessages that can hold tensors. The tree mirrors the parsed
/// model: the i-th child with a field number is the i-th element of that repeated field.
/// </summary>
internal sealed class WireMessage
{
    // The parser of the messages goes no deeper either; without a bound a small file could exhaust the stack.
    private const int Deepest = 100;

    private static readonly WireField Whole = new(0, WireType.LengthDelimited, 0, 0, 0, 0);

    private readonly List<WireMessage> children = [];

    private WireMessage(MessageKind kind, WireField field, WireMessage? parent) => (Kind, Field, Parent) = (kind, field, parent);

    public MessageKind Kind { get; }

    /// <summary>The field of the parent that this message is the value of.</summary>
    public WireField Field { get; }

    public WireMessage? Parent { get; }

    public IReadOnlyList<WireMessage> Children => children;

    /// <summary>A tensor's raw_data field, if it has one.</summary>
    public WireField? RawData { get; private set; }

    /// <summary>The <paramref name="index"/>-th submessage with field number <paramref name="number"/>.</summary>
    public WireMessage Child(int number, int index = 0)
    {
        foreach (var child in children)
            if (child.Field.Number == number && index-- == 0) return child;
        throw new InvalidDataException($"field {number} has fewer values than the parsed model");
    }

    /// <summary>All submessages with field number <paramref name="number"/>, in the file's order.</summary>
    public IReadOnlyList<WireMessage> ChildrenOf(int number) => [.. children.Where(child => child.Field.Number == number)];

    /// <summary>Finds the messages of a model in its bytes; data is skipped, not read.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protocol buffer.</exception>
    public static WireMessage Scan(ReadOnlySpan<byte> model)
    {
        var root = new WireMessage(MessageKind.Model, Whole with { End = model.Length }, null);
        root.ScanFields(model, 0);
        return root;
    }

    /// <summary>The fields of this message, in the file's order.</summary>
    public List<WireField> Fields(ReadOnlySpan<byte> bytes)
    {
        var fields = new List<WireField>();
        for (var at = Field.BodyStart; at < Field.End;)
        {
            var field = WireField.Read(bytes, at, Field.End);
            fields.Add(field);
            at = field.End;
        }
        return fields;
    }

    private void ScanFields(ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > Deepest) throw new InvalidDataException($"messages lie in each other more than {Deepest} deep (byte {Field.Start})");
        for (var at = Field.BodyStart; at < Field.End;)
        {
            var field = WireField.Read(bytes, at, Field.End);
            at = field.End;
            if (field.Type != WireType.LengthDelimited) continue;
            if (Kind == MessageKind.Tensor && field.Number == OnnxField.TensorRawData) RawData = field;
            if (OnnxField.Submessage(Kind, field.Number) is not { } kind) continue;
            RejectSecond(field);
            var child = new WireMessage(kind, field, this);
            children.Add(child);
            child.ScanFields(bytes, depth + 1);
        }
    }

    /// <summary>
    /// A parser merges a singular message that occurs twice; positions in the file would no longer match the parsed model.
    /// </summary>
    private void RejectSecond(WireField field)
    {
        if (OnnxField.IsSingular(Kind, field.Number) && children.Exists(c => c.Field.Number == field.Number))
            throw new InvalidDataException($"{Kind} holds field {field.Number} twice (byte {field.Start})");
    }
}

/// <summary>Field numbers of the ONNX specification that are needed to find tensors in a file's bytes.</summary>
internal static class OnnxField
{
    public const int ModelGraph = 7;
    public const int ModelFunctions = 25;
    public const int GraphNode = 1;
    public const int GraphInitializer = 5;
    public const int GraphInput = 11;
    public const int GraphSparseInitializer = 15;
    public const int FunctionNode = 7;
    public const int NodeAttribute = 5;
    public const int AttributeTensor = 5;
    public const int AttributeGraph = 6;
    public const int AttributeTensors = 10;
    public const int AttributeGraphs = 11;
    public const int AttributeSparseTensor = 22;
    public const int SparseValues = 1;
    public const int SparseIndices = 2;
    public const int TensorFloatData = 4;
    public const int TensorInt32Data = 5;
    public const int TensorRawData = 9;
    public const int TensorDoubleData = 10;
    public const int TensorExternalData = 13;

    /// <summary>What a message's field holds, where that can lead to a tensor; otherwise null.</summary>
    public static MessageKind? Submessage(MessageKind kind, int number) => (kind, number) switch
    {
        (MessageKind.Model, ModelGraph) => MessageKind.Graph,
        (MessageKind.Model, ModelFunctions) => MessageKind.Function,
        (MessageKind.Graph, GraphNode) or (MessageKind.Function, FunctionNode) => MessageKind.Node,
        (MessageKind.Graph, GraphInitializer) => MessageKind.Tensor,
        (MessageKind.Graph, GraphSparseInitializer) => MessageKind.SparseTensor,
        (MessageKind.Node, NodeAttribute) => MessageKind.Attribute,
        (MessageKind.Attribute, AttributeTensor or AttributeTensors) => MessageKind.Tensor,
        (MessageKind.Attribute, AttributeGraph or AttributeGraphs) => MessageKind.Graph,
        (MessageKind.Attribute, AttributeSparseTensor) => MessageKind.SparseTensor,
        (MessageKind.SparseTensor, SparseValues or SparseIndices) => MessageKind.Tensor,
        _ => null,
    };

    public static bool IsSingular(MessageKind kind, int number) => (kind, number) is
        (MessageKind.Model, ModelGraph) or (MessageKind.SparseTensor, _) or
        (MessageKind.Attribute, AttributeTensor or AttributeGraph or AttributeSparseTensor);
}
