using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;

namespace GspMl.Benchmarks.Onnx;

/// <summary>Models of any size, to be pruned.</summary>
internal static class SquareLayers
{
    /// <summary>A chain of square layers with normally distributed weights, written layer by layer.</summary>
    public static void Build(string path, int layers, int size, bool transposed, bool external)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new() { Name = "graph" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        model.Graph.Input.Add(Value("h0", size));
        model.Graph.Output.Add(Value($"h{layers}", size));
        using var data = external ? File.Create(path + ".data") : null;
        for (var layer = 0; layer < layers; layer++)
        {
            var tensor = new TensorProto { Name = $"w{layer}", DataType = (int)TensorProto.Types.DataType.Float };
            tensor.Dims.Add([size, size]);
            if (data is null) tensor.RawData = UnsafeByteOperations.UnsafeWrap(Weights(size * size, size, layer));
            else WriteExternal(tensor, data, size, layer, Path.GetFileName(path) + ".data");
            model.Graph.Initializer.Add(tensor);
            var node = new NodeProto { OpType = transposed ? "Gemm" : "MatMul", Name = $"layer{layer}" };
            node.Input.Add([$"h{layer}", $"w{layer}"]);
            node.Output.Add($"h{layer + 1}");
            if (transposed)
                node.Attribute.Add(new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.AttributeType.Int });
            model.Graph.Node.Add(node);
        }
        using var file = File.Create(path);
        model.WriteTo(file);
    }

    /// <summary>Writes row by row, so that the peak memory measured afterwards is that of pruning.</summary>
    private static void WriteExternal(TensorProto tensor, FileStream data, int size, int layer, string location)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto
        {
            Key = "offset",
            Value = data.Position.ToString(CultureInfo.InvariantCulture)
        });
        tensor.ExternalData.Add(new StringStringEntryProto
        {
            Key = "length",
            Value = (4L * size * size)
            .ToString(CultureInfo.InvariantCulture)
        });
        for (var row = 0; row < size; row++) data.Write(Weights(size, size, layer * size + row));
    }

    private static byte[] Weights(int count, int size, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[4L * count];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        // The sum of four uniform numbers is near enough to normal, and fast.
        for (var i = 0; i < values.Length; i++)
        {
            var bits = random.NextInt64();
            values[i] =
                ((bits & 0x7fff) + ((bits >> 15) & 0x7fff) + ((bits >> 30) & 0x7fff) + ((bits >> 45) & 0x7fff) - 65534f) / 65534f / size;
        }
        return bytes;
    }

    private static ValueInfoProto Value(string name, int size)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add([new TensorShapeProto.Types.Dimension { DimParam = "n" }, new TensorShapeProto.Types.Dimension { DimValue = size }]);
        return new()
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } }
        };
    }
}
