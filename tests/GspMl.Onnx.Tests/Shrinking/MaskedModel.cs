using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Google.Protobuf;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Tests.Shrinking;

/// <summary>
/// The reference for models without some of their channels, made without the library's knowledge of channels: the smaller model's weights
/// are looked up in the dense one, row by row, and whatever input no longer occurs is set to zero there.
/// </summary>
internal static class MaskedModel
{
    /// <summary>Writes the dense model with zeros in place of the inputs that the smaller model no longer reads.</summary>
    /// <returns>How many inputs of how many weights are masked.</returns>
    public static int Write(string dense, string smaller, string target)
    {
        var (model, cut) = (ModelProto.Parser.ParseFrom(File.ReadAllBytes(dense)), ModelProto.Parser.ParseFrom(File.ReadAllBytes(smaller)));
        var kept = Tensors(cut).ToDictionary(t => t.Name, t => t.Tensor);
        var masked = 0;
        foreach (var (name, tensor) in Tensors(model))
        {
            if (IsOfQueries(model, name)) masked += MaskOutputs(tensor, kept[name]);
            if (Reader(model, name) is not { } node) continue;
            if (IsRecurrent(node)) masked += Mask(tensor, Flat(tensor), kept[name], Flat(kept[name]), 1);
            else masked += Mask(tensor, [.. tensor.Dims], kept[name], [.. kept[name].Dims], InputAxis(node, name));
        }
        File.WriteAllBytes(target, model.ToByteArray());
        return masked;
    }

    private static IEnumerable<(string Name, TensorProto Tensor)> Tensors(ModelProto model)
        => model.Graph.Initializer.Select(t => (t.Name, t))
            .Concat(model.Graph.Node.Where(n => n.OpType == "Constant").Select(n => (n.Output[0], n.Attribute[0].T)));

    private static NodeProto? Reader(ModelProto model, string tensor)
        => model.Graph.Node.FirstOrDefault(node
            => (node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" && node.Input.Take(2).Contains(tensor))
            || (IsRecurrent(node) && node.Input.Skip(1).Take(2).Contains(tensor))
            || (node.OpType == "Attention" && node.Input[1] == tensor));

    /// <summary>Their weights are [directions, gates × units, inputs].</summary>
    private static bool IsRecurrent(NodeProto node) => node.OpType is "LSTM" or "GRU" or "RNN";

    private static int InputAxis(NodeProto node, string tensor) => node.OpType switch
    {
        "Conv" => 1,
        "ConvTranspose" => 0,
        "Gemm" => node.Attribute.Any(a => a.Name == "transB" && a.I == 1) ? 1 : 0,
        _ => node.Input[0] == tensor ? 1 : 0,
    };

    private static long[] Flat(TensorProto tensor) => [tensor.Dims[0] * tensor.Dims[1], tensor.Dims[2]];

    private static int Mask(TensorProto dense, long[] shape, TensorProto cut, long[] cutShape, int axis)
    {
        var inputs = (int)shape[axis];
        if (inputs == cutShape[axis]) return 0;
        var size = Bytes(dense).Length / Count(dense);
        var kernel = shape.Skip(2).Aggregate(1L, (product, extent) => product * extent) * size;
        var rows = Rows(cut, cutShape, axis, (int)kernel);
        // One row that is found tells which inputs are left.
        var left = Rows(dense, shape, axis, (int)kernel).Select(row => Positions(row, rows[0], (int)kernel))
            .FirstOrDefault(found => found is not null)
            ?? throw new InvalidDataException($"no row of '{dense.Name}' holds one of the cut one");
        var bytes = Bytes(dense);
        for (var i = 0; i < inputs; i++)
            if (!left.Contains(i))
                for (var o = 0; o < shape[1 - axis]; o++)
                    bytes.AsSpan((int)((axis == 1 ? (o * inputs) + i : (i * shape[1]) + o) * kernel), (int)kernel).Clear();
        dense.FloatData.Clear();
        dense.RawData = ByteString.CopyFrom(bytes);
        return inputs - left.Count;
    }

    /// <summary>What each output reads, one input after the other.</summary>
    private static List<byte[]> Rows(TensorProto tensor, long[] shape, int axis, int kernel)
    {
        var (bytes, outputs, inputs) = (Bytes(tensor), (int)shape[1 - axis], (int)shape[axis]);
        return [.. Enumerable.Range(0, outputs).Select(o => Enumerable.Range(0, inputs)
            .SelectMany(i => bytes.AsSpan((axis == 1 ? (o * inputs) + i : (i * outputs) + o) * kernel, kernel).ToArray()).ToArray())];
    }

    /// <summary>Where the entries of a row occur in a longer one, in order; null where they do not.</summary>
    private static List<int>? Positions(byte[] row, byte[] part, int kernel)
    {
        var found = new List<int>();
        for (var i = 0; i < row.Length / kernel && found.Count < part.Length / kernel; i++)
            if (row.AsSpan(i * kernel, kernel).SequenceEqual(part.AsSpan(found.Count * kernel, kernel))) found.Add(i);
        return found.Count == part.Length / kernel ? found : null;
    }

    /// <summary>Weight and bias of queries, which no weight reads but keys.</summary>
    private static bool IsOfQueries(ModelProto model, string tensor)
        => Regex.IsMatch(tensor, @"^q\d*$") || tensor.EndsWith("attn.q.bias", StringComparison.Ordinal)
            || (Reader(model, tensor)?.Name.Contains("/attn/q/", StringComparison.Ordinal) ?? false);

    /// <summary>A weight [inputs, outputs] or bias of queries: products with keys lose what is no longer put out.</summary>
    private static int MaskOutputs(TensorProto dense, TensorProto cut)
    {
        var (columns, left) = ((int)dense.Dims[^1], (int)cut.Dims[^1]);
        var values = MemoryMarshal.Cast<byte, float>(Bytes(dense)).ToArray();
        var kept = MemoryMarshal.Cast<byte, float>(Bytes(cut)).ToArray().ToHashSet();
        for (var c = 0; c < columns; c++)
            if (!Enumerable.Range(0, values.Length / columns).Any(row => kept.Contains(values[(row * columns) + c])))
                for (var row = 0; row < values.Length / columns; row++) values[(row * columns) + c] = 0;
        dense.FloatData.Clear();
        dense.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        return columns - left;
    }

    private static long Count(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, extent) => product * extent);

    private static byte[] Bytes(TensorProto tensor)
        => tensor.HasRawData ? tensor.RawData.ToByteArray() : MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()).ToArray();
}
