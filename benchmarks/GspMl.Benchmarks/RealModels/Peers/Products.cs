using GspMl.Onnx.Proto;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>Products of large matrices by ONNX Runtime's kernels.</summary>
internal sealed class Products : IDisposable
{
    private readonly InferenceSession gram = new(Model("transB", 1, withSum: false));
    private readonly InferenceSession subtract = new(Model("alpha", -1, withSum: true));

    /// <summary>X·Xᵀ of X, size × count.</summary>
    public float[] Gram(float[] values, int size, int count)
    {
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(values, [size, count]);
        using var results = gram.Run(options, ["A", "B"], [x, x], ["Y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Columns behind a block lose errors × the block's rows of the factor there.</summary>
    public void Subtract(float[] weights, float[] errors, float[] factor, int k, (int Start, int End) block)
    {
        var (filters, width, rest) = (weights.Length / k, block.End - block.Start, k - block.End);
        if (rest == 0) return;
        var (behind, rows) = (new float[filters * rest], new float[width * rest]);
        for (var r = 0; r < filters; r++) weights.AsSpan((r * k) + block.End, rest).CopyTo(behind.AsSpan(r * rest));
        for (var i = 0; i < width; i++) factor.AsSpan(((block.Start + i) * k) + block.End, rest).CopyTo(rows.AsSpan(i * rest));
        using var options = new RunOptions();
        using var a = OrtValue.CreateTensorValueFromMemory(errors, [filters, width]);
        using var b = OrtValue.CreateTensorValueFromMemory(rows, [width, rest]);
        using var c = OrtValue.CreateTensorValueFromMemory(behind, [filters, rest]);
        using var results = subtract.Run(options, ["A", "B", "C"], [a, b, c], ["Y"]);
        var updated = results[0].GetTensorDataAsSpan<float>();
        for (var r = 0; r < filters; r++) updated.Slice(r * rest, rest).CopyTo(weights.AsSpan((r * k) + block.End));
    }

    public void Dispose()
    {
        gram.Dispose();
        subtract.Dispose();
    }

    private static byte[] Model(string attribute, int value, bool withSum)
    {
        var node = new NodeProto { OpType = "Gemm" };
        string[] inputs = withSum ? ["A", "B", "C"] : ["A", "B"];
        node.Input.AddRange(inputs);
        node.Output.Add("Y");
        node.Attribute.Add(attribute == "alpha"
            ? new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Float, F = value }
            : new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Int, I = value });
        var graph = new GraphProto { Name = "product" };
        graph.Node.Add(node);
        graph.Input.AddRange(inputs.Select(name
            => new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = 1 } } }));
        graph.Output.Add(new ValueInfoProto { Name = "Y" });
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        return model.ToByteArray();
    }
}
