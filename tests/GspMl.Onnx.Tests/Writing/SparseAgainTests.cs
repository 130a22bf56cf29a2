using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>What was stored sparse is worked with dense and stored sparse again, with the values that it got.</summary>
public sealed class SparseAgainTests
{
    [Fact]
    public void Only_what_was_sparse_in_the_main_graph_is_so_again()
    {
        using var source = Source();
        using var dense = source.Dense();
        Assert.Equal(["plain", "w", "v"], dense.Proto.Graph.Initializer.Select(tensor => tensor.Name));
        var edits = new ModelEdits();
        edits.Set(Locate(dense, "w"), Bytes(0, 5, 0, 7));
        edits.Set(Locate(dense, "plain"), Bytes(1, 2, 3, 4));
        using var changed = dense.With(edits);

        using var again = changed.SparseAs(source);

        var graph = again.Proto.Graph;
        Assert.Equal(["plain"], graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(["w", "v"], graph.SparseInitializer.Select(sparse => sparse.Values.Name));
        Assert.Equal([1, 3], graph.SparseInitializer[0].Indices.Int64Data);
        Assert.Equal(Bytes(5, 7), graph.SparseInitializer[0].Values.RawData.ToByteArray());
        Assert.Equal([2, 2], graph.SparseInitializer[0].Dims);
        Assert.Equal([0], graph.SparseInitializer[1].Indices.Int64Data);
        Assert.Equal([1f, 2, 3, 4], again.Content.Elements.Values<float>(Locate(again, "plain")));
        // The branch has a dense tensor of that name.
        Assert.Equal("w", graph.Node[0].Attribute[0].G.Initializer.Single().Name);
    }

    [Fact]
    public void A_model_without_such_tensors_is_the_same_model()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        Assert.Same(model, model.SparseAs(model));
        using var source = Source();
        Assert.Same(source, source.SparseAs(source));
    }

    private static TensorLocation Locate(OnnxModel model, string name)
        => model.Content.Locate(model.Proto.Graph.Initializer.Single(tensor => tensor.Name == name));

    private static byte[] Bytes(params float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    private static OnnxModel Source()
    {
        var branch = new GraphProto { Name = "branch" };
        branch.Initializer.Add(Floats("w", [1, 2, 3, 4], 2, 2));
        var builder = new GraphBuilder().Input("c", Elements.Bool, 1).Initializer(Floats("plain", [0, 0, 0, 1], 2, 2))
            .Node("If", ["c"], ["y"], Attribute("then_branch", branch));
        foreach (var name in new[] { "w", "v" })
        {
            var sparse = new SparseTensorProto { Values = Floats(name, [3], 1), Indices = Integers("", 0) };
            sparse.Dims.Add([2, 2]);
            builder.Graph.SparseInitializer.Add(sparse);
        }
        return OnnxModel.Load(builder.Model.ToByteArray(), "source");
    }
}
