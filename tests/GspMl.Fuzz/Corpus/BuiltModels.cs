using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Fuzz.Corpus;

/// <summary>Small models that are right, one for each part of GspMl that reads models: what is mutated.</summary>
internal static class BuiltModels
{
    /// <summary>What the external data of <see cref="External"/> is called; a case's folder has such a file.</summary>
    public const string DataFile = "w.bin";

    public static IReadOnlyList<ModelProto> All { get; } =
    [
        Perceptron(), Convolutions(), Residual(), Attention(), Quantized(), Typed(), External(), Sparse(), Branches(), Function(),
            Recurrent(),
    ];

    private static ModelProto Perceptron() => new GraphBuilder().Input("x", "n", 8).Output("y", "n", 4)
        .Initializer(Floats("w1", Random(128), 8, 16)).Initializer(Floats("b1", Random(16), 16)).Initializer(Floats("w2", Random(64), 4,
            16))
        .Node("MatMul", ["x", "w1"], ["h"]).Node("Add", ["h", "b1"], ["a"]).Node("Relu", ["a"], ["r"])
        .Node("Gemm", ["r", "w2"], ["y"], Attribute("transB", 1L)).Model;

    private static ModelProto Convolutions() => new GraphBuilder().Input("x", "n", 1, 8, 8).Output("y", "n", 3)
        .Initializer(Floats("w1", Random(144), 16, 1, 3, 3)).Initializer(Floats("s", Random(16), 16)).Initializer(Floats("t",
            Random(16), 16))
        .Initializer(Floats("m", Random(16), 16)).Initializer(Floats("v", [.. Enumerable.Repeat(1f, 16)], 16))
        .Initializer(Floats("dw", Random(144), 16, 1, 3, 3)).Initializer(Floats("w2", Random(128), 8, 16, 1, 1))
        .Initializer(Floats("w3", Random(24), 8, 3))
        .Node("Conv", ["x", "w1"], ["c1"], Attribute("pads", 1, 1, 1, 1), Attribute("kernel_shape", 3, 3))
        .Node("BatchNormalization", ["c1", "s", "t", "m", "v"], ["n1"]).Node("Relu", ["n1"], ["r1"])
        .Node("Conv", ["r1", "dw"], ["c2"], Attribute("group", 16L), Attribute("strides", 2, 2))
        .Node("Conv", ["c2", "w2"], ["c3"]).Node("GlobalAveragePool", ["c3"], ["g"]).Node("Flatten", ["g"], ["f"])
        .Node("MatMul", ["f", "w3"], ["y"]).Model;

    private static ModelProto Residual() => new GraphBuilder().Input("x", "n", 3, 6, 6).Output("y", "n", 8, 6, 6)
        .Initializer(Floats("w0", Random(48), 16, 3, 1, 1)).Initializer(Floats("w1", Random(256), 16, 16, 1, 1))
        .Initializer(Floats("w2", Random(128), 8, 16, 1, 1))
        .Node("Conv", ["x", "w0"], ["a"]).Node("Relu", ["a"], ["b"]).Node("Conv", ["b", "w1"], ["c"]).Node("Add", ["c", "b"], ["d"])
        .Node("Sigmoid", ["d"], ["e"]).Node("Mul", ["d", "e"], ["f"]).Node("Conv", ["f", "w2"], ["y"]).Model;

    private static ModelProto Attention() => new GraphBuilder().Input("x", "n", 4, 8).Output("y", "n", 4, 8)
        .Initializer(Floats("q", Random(64), 8, 8)).Initializer(Floats("k", Random(64, 2), 8, 8)).Initializer(Floats("v", Random(64, 3),
            8, 8))
        .Initializer(Integers("split", 0, 0, 2, 4)).Initializer(Integers("join", 0, 0, 8)).Initializer(Floats("o", Random(64, 4), 8, 8))
        .Node("MatMul", ["x", "q"], ["xq"]).Node("MatMul", ["x", "k"], ["xk"]).Node("MatMul", ["x", "v"], ["xv"])
        .Node("Reshape", ["xq", "split"], ["rq"]).Node("Reshape", ["xk", "split"], ["rk"]).Node("Reshape", ["xv", "split"], ["rv"])
        .Node("Transpose", ["rq"], ["tq"], Attribute("perm", 0, 2, 1, 3)).Node("Transpose", ["rk"], ["tk"], Attribute("perm", 0, 2, 3, 1))
        .Node("Transpose", ["rv"], ["tv"], Attribute("perm", 0, 2, 1, 3)).Node("MatMul", ["tq", "tk"], ["s"])
        .Node("Softmax", ["s"], ["p"], Attribute("axis", -1L)).Node("MatMul", ["p", "tv"], ["c"])
        .Node("Transpose", ["c"], ["tc"], Attribute("perm", 0, 2, 1, 3)).Node("Reshape", ["tc", "join"], ["jc"])
        .Node("MatMul", ["jc", "o"], ["y"]).Model;

    private static ModelProto Quantized()
    {
        var bytes = Shaped("w", Elements.Int8, 8, 4);
        bytes.RawData = ByteString.CopyFrom([.. Random(32).Select(value => (byte)(sbyte)(value * 100))]);
        var point = Shaped("z", Elements.Int8, 4);
        point.RawData = ByteString.CopyFrom(new byte[4]);
        return new GraphBuilder().Input("x", "n", 8).Output("y", "n", 4).Initializer(bytes).Initializer(point)
            .Initializer(Floats("scale", [.1f, .2f, .3f, .4f], 4))
            .Node("DequantizeLinear", ["w", "scale", "z"], ["d"], Attribute("axis", 1L)).Node("MatMul", ["x", "d"], ["y"]).Model;
    }

    private static ModelProto Typed()
    {
        var typed = Shaped("w", Elements.Float, 6, 4);
        typed.FloatData.Add(Random(24));
        var half = Shaped("h", Elements.Float16, 4, 4);
        half.Int32Data.Add(Random(16).Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)));
        return new GraphBuilder().Input("x", "n", 6).Output("y", "n", 4).Initializer(typed).Initializer(half)
            .Node("Constant", [], ["t"], Attribute("value", Floats("", Random(16), 4, 4)))
            .Node("Cast", ["h"], ["hf"], Attribute("to", 1L)).Node("Identity", ["w"], ["wi"]).Node("MatMul", ["x", "wi"], ["a"])
            .Node("Transpose", ["t"], ["tt"], Attribute("perm", 1, 0)).Node("MatMul", ["a", "tt"], ["b"]).Node("MatMul", ["b", "hf"],
                ["y"]).Model;
    }

    private static ModelProto External()
    {
        var tensor = Outside(Shaped("w", Elements.Float, 8, 8), ("location", DataFile), ("offset", "0"), ("length", "256"));
        return new GraphBuilder().Input("x", "n", 8).Output("y", "n", 8).Initializer(tensor).Node("MatMul", ["x", "w"], ["y"]).Model;
    }

    private static ModelProto Sparse()
    {
        var builder = new GraphBuilder().Input("x", "n", 8).Output("y", "n", 4).Node("MatMul", ["x", "w"], ["y"]);
        var sparse = new SparseTensorProto { Values = Floats("w", Random(5), 5), Indices = Integers("", 0, 3, 9, 17, 30) };
        sparse.Dims.Add([8, 4]);
        builder.Graph.SparseInitializer.Add(sparse);
        return builder.Model;
    }

    private static ModelProto Branches()
    {
        GraphProto Branch(int seed)
        {
            var graph = new GraphProto { Name = $"branch{seed}" };
            graph.Initializer.Add(Floats($"w{seed}", Random(32, seed), 8, 4));
            graph.Node.Add(MakeNode("MatMul", ["x", $"w{seed}"], [$"o{seed}"]));
            graph.Output.Add(Value($"o{seed}", Elements.Float, "n", 4));
            return graph;
        }
        return new GraphBuilder().Input("x", "n", 8).Output("y", "n", 4)
            .Node("Constant", [], ["one"], Attribute("value", Floats("", [1], 1))).Node("Cast", ["one"], ["is"], Attribute("to", 9L))
            .Node("If", ["is"], ["y"], Attribute("then_branch", Branch(1)), Attribute("else_branch", Branch(2))).Model;
    }

    private static ModelProto Function()
    {
        var builder = new GraphBuilder(opset: 18).Input("x", "n", 8).Output("y", "n", 4).Initializer(Floats("w", Random(32), 8, 4));
        var function = new FunctionProto { Name = "Apply", Domain = "own" };
        function.Input.Add(["a", "b"]);
        function.Output.Add("c");
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 18 });
        function.Node.Add(MakeNode("MatMul", ["a", "b"], ["c"]));
        builder.Model.Functions.Add(function);
        builder.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        var call = MakeNode("Apply", ["x", "w"], ["y"]);
        call.Domain = "own";
        builder.Graph.Node.Add(call);
        return builder.Model;
    }

    private static ModelProto Recurrent() => new GraphBuilder().Input("x", 3, "n", 4).Output("y", 3, 1, "n", 5)
        .Initializer(Floats("w", Random(80), 1, 20, 4)).Initializer(Floats("r", Random(100), 1, 20, 5))
        .Node("LSTM", ["x", "w", "r"], ["y"], Attribute("hidden_size", 5L)).Model;
}
