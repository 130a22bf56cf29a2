using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Tests.Wire;

public class WireMessageTests
{
    /// <summary>A model that holds a tensor in every place that can.</summary>
    private static ModelProto Everywhere()
    {
        var sparse = new SparseTensorProto { Values = Tensor(5), Indices = Tensor(6) };
        var inner = new GraphProto { Name = "inner", Initializer = { Tensor(4) } };
        var node = new NodeProto
        {
            OpType = "Any",
            Attribute =
            {
                new AttributeProto { Name = "t", T = Tensor(1) },
                new AttributeProto { Name = "ts", Tensors = { Tensor(2), Tensor(3) } },
                new AttributeProto { Name = "g", G = inner },
                new AttributeProto { Name = "gs", Graphs = { inner, inner } },
                new AttributeProto { Name = "s", SparseTensor = sparse },
            },
        };
        return new()
        {
            ProducerName = "a producer",
            Graph = new() { Name = "outer", Node = { node, node }, Initializer = { Tensor(8), Tensor(9) }, SparseInitializer = { sparse } },
            Functions = { new FunctionProto { Name = "f", Node = { node } } },
        };
    }

    private static TensorProto Tensor(int value) => new() { Name = $"t{value}", RawData = ByteString.CopyFrom([(byte)value]) };

    [Fact]
    public void Every_tensor_is_found_where_it_can_be()
    {
        var bytes = Everywhere().ToByteArray();
        var values = Tensors(WireMessage.Scan(bytes)).Select(tensor => bytes[tensor.RawData!.Value.BodyStart]).ToList();
        byte[] ofNode = [1, 2, 3, 4, 4, 4, 5, 6];
        Assert.Equal([.. ofNode, .. ofNode, 8, 9, 5, 6, .. ofNode], values);
    }

    [Fact]
    public void The_tree_mirrors_the_model()
    {
        var root = WireMessage.Scan(Everywhere().ToByteArray());
        Assert.Equal((MessageKind.Model, null), (root.Kind, root.Parent));
        var graph = root.Child(OnnxField.ModelGraph);
        Assert.Same(root, graph.Parent);
        Assert.Equal(2, graph.ChildrenOf(OnnxField.GraphNode).Count);
        Assert.Equal(2, graph.ChildrenOf(OnnxField.GraphInitializer).Count);
        Assert.Same(graph.ChildrenOf(OnnxField.GraphInitializer)[1], graph.Child(OnnxField.GraphInitializer, 1));
        Assert.Same(graph.ChildrenOf(OnnxField.GraphNode)[1], graph.Child(OnnxField.GraphNode, 1));
        Assert.Single(graph.ChildrenOf(OnnxField.GraphSparseInitializer));
        Assert.Equal(1 + 1, root.Children.Count);
        Assert.Contains("field 5 has fewer values", Assert.Throws<InvalidDataException>(() => graph.Child(OnnxField.GraphInitializer, 2))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_are_told_in_the_files_order_unknown_ones_too()
    {
        byte[] bytes = [.. Varint.EncodeField(9, [1]), 0x08, 5, .. Varint.EncodeField(100, [2, 3]), .. Varint.EncodeField(9, [])];
        Assert.Equal([(9, 0, 3), (1, 3, 5), (100, 5, 10), (9, 10, 12)], WireMessage.Scan(Model(bytes)).Child(OnnxField.ModelGraph)
            .Fields(Model(bytes)).Select(field => (field.Number, field.Start - 2, field.End - 2)));
    }

    [Fact]
    public void A_model_of_two_graphs_is_refused()
        => Assert.Contains("Model holds field 7 twice (byte 2)", Refused([.. Model([]), .. Model([])]), StringComparison.Ordinal);

    [Theory]
    [InlineData(OnnxField.AttributeTensor, true)]
    [InlineData(OnnxField.AttributeGraph, true)]
    [InlineData(OnnxField.AttributeSparseTensor, true)]
    [InlineData(OnnxField.AttributeTensors, false)]
    [InlineData(OnnxField.AttributeGraphs, false)]
    public void Of_an_attribute_lists_alone_may_have_several(int field, bool isRefused)
    {
        byte[] twice = [.. Varint.EncodeField(field, []), .. Varint.EncodeField(field, [])];
        var bytes = Model(Varint.EncodeField(OnnxField.GraphNode, Varint.EncodeField(OnnxField.NodeAttribute, twice)));
        if (isRefused) Assert.Contains($"Attribute holds field {field} twice", Refused(bytes), StringComparison.Ordinal);
        else Assert.Equal(2, WireMessage.Scan(bytes).Child(OnnxField.ModelGraph).Child(OnnxField.GraphNode).Child(OnnxField.NodeAttribute)
            .Children.Count);
    }

    [Theory]
    [InlineData(OnnxField.SparseValues)]
    [InlineData(OnnxField.SparseIndices)]
    public void A_sparse_tensor_has_its_parts_once(int field)
    {
        byte[] twice = [.. Varint.EncodeField(field, []), .. Varint.EncodeField(field, [])];
        Assert.Contains($"SparseTensor holds field {field} twice",
            Refused(Model(Varint.EncodeField(OnnxField.GraphSparseInitializer, twice))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(33, false)]
    [InlineData(34, true)]
    public void What_lies_more_than_a_hundred_deep_is_refused(int graphs, bool isRefused)
    {
        byte[] body = [];
        // Each graph in an attribute of a node lies three deeper, and the outermost one deep.
        for (var i = 0; i < graphs; i++)
            body = Varint.EncodeField(OnnxField.GraphNode, Varint.EncodeField(OnnxField.NodeAttribute, Varint.EncodeField(
                OnnxField.AttributeGraph, body)));
        if (isRefused) Assert.Contains("more than 100 deep", Refused(Model(body)), StringComparison.Ordinal);
        else Assert.Equal(MessageKind.Model, WireMessage.Scan(Model(body)).Kind);
    }

    [Fact]
    public void A_number_in_the_place_of_raw_data_or_of_a_message_is_passed_over()
    {
        var tensor = Varint.EncodeField(OnnxField.GraphInitializer, [OnnxField.TensorRawData << 3, 1]);
        var graph = WireMessage.Scan(Model([.. tensor, OnnxField.GraphInitializer << 3, 1])).Child(OnnxField.ModelGraph);
        Assert.Null(Assert.Single(graph.Children).RawData);
    }

    private static byte[] Model(byte[] graph) => Varint.EncodeField(OnnxField.ModelGraph, graph);

    private static string Refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => WireMessage.Scan(bytes)).Message;

    private static IEnumerable<WireMessage> Tensors(WireMessage message)
        => message.Kind == MessageKind.Tensor ? [message] : message.Children.SelectMany(Tensors);
}
