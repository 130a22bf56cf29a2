using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Cli.Tests.Shrink;

/// <summary>A chain of square layers whose weights lie beside the model file, written without ever being in memory.</summary>
internal static class LargeModel
{
    /// <summary>Features of each layer: 67 MB of float32 weights.</summary>
    public const int Features = 4096;

    /// <summary>Writes the model, and its data as <c>large.data</c>.</summary>
    public static void Save(string path, int layers)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new() { Name = "large" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.Graph.Input.Add(Value("h0"));
        model.Graph.Output.Add(Value($"h{layers}"));
        var random = new Random(1);
        var row = new float[Features];
        using var data = File.Create(Path.Combine(Path.GetDirectoryName(path)!, "large.data"));
        for (var layer = 0; layer < layers; layer++)
        {
            model.Graph.Initializer.Add(Weight($"w{layer}", data.Position));
            var node = new NodeProto { OpType = "MatMul", Name = $"layer{layer}" };
            node.Input.Add([$"h{layer}", $"w{layer}"]);
            node.Output.Add($"h{layer + 1}");
            model.Graph.Node.Add(node);
            for (var i = 0; i < row.Length; i++) row[i] = (random.NextSingle() - 0.5f) / 64;
            for (var i = 0; i < Features; i++)
            {
                // Rows of different sizes, so that channels differ.
                row[i] += 0.001f * (i % 7);
                data.Write(MemoryMarshal.AsBytes<float>(row));
            }
        }
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private static TensorProto Weight(string name, long offset)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)Elements.Float };
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.Dims.Add([Features, Features]);
        var place = new[] { ("location", "large.data"), ("offset", Text(offset)), ("length", Text(4L * Features * Features)) };
        foreach (var (key, value) in place)
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return tensor;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static ValueInfoProto Value(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "n" });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = Features });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)Elements.Float, Shape = shape } } };
    }
}
