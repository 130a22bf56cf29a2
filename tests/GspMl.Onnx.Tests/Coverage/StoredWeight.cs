using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Wire;

#pragma warning disable CA1720 // The names are ONNX's own.

using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>Ways a file can hold a tensor.</summary>
public enum StoredAs
{
    Raw,
    TypedPacked,
    TypedUnpacked,
    External,
    ConstantNode,
    RawAndGraphInput,
}

/// <summary>The number types of weights.</summary>
public enum Number
{
    Float32,
    Float16,
    BFloat16,
    Float64,
}

/// <summary>Puts a weight into a model in any form, written independently of the library's own reading and writing.</summary>
internal static class StoredWeight
{
    /// <summary>The value a number has once stored in a type: rounded to nearest even.</summary>
    public static double Rounded(Number type, double value) => type switch
    {
        Number.Float64 => value,
        Number.Float32 => (float)value,
        Number.Float16 => (double)(Half)value,
        _ => BitConverter.UInt32BitsToSingle((uint)BFloat16Bits(value) << 16),
    };

    /// <summary>Adds tensor 'w0' to the graph, and a Cast to 'w' unless it is float32 already, when it is called 'w'.</summary>
    public static void Add(GraphBuilder builder, double[] values, int[] shape, Number type, StoredAs stored, string folder)
    {
        var name = type == Number.Float32 ? "w" : "w0";
        var tensor = Tensor(name, values, shape, type, stored);
        if (stored == StoredAs.External) MoveOut(tensor, folder);
        if (stored == StoredAs.ConstantNode) builder.Node("Constant", [], [name], Attribute("value", tensor));
        else builder.Initializer(tensor);
        if (stored == StoredAs.RawAndGraphInput) builder.Input(name, Element(type), [.. shape.Select(extent => (object)extent)]);
        if (type != Number.Float32) builder.Node("Cast", ["w0"], ["w"], Attribute("to", (long)Elements.Float));
    }

    private static TensorProto Tensor(string name, double[] values, int[] shape, Number type, StoredAs stored)
    {
        var tensor = Shaped(name, Element(type), [.. shape.Select(extent => (long)extent)]);
        if (stored is not (StoredAs.TypedPacked or StoredAs.TypedUnpacked)) tensor.RawData = ByteString.CopyFrom(Bytes(values, type));
        else if (type == Number.Float32) tensor.FloatData.Add(values.Select(v => (float)v));
        else if (type == Number.Float64) tensor.DoubleData.Add(values);
        else tensor.Int32Data.Add(values.Select(v => (int)Bits(v, type)));
        return tensor;
    }

    private static byte[] Bytes(double[] values, Number type) => type switch
    {
        Number.Float32 => MemoryMarshal.AsBytes<float>(values.Select(v => (float)v).ToArray()).ToArray(),
        Number.Float64 => MemoryMarshal.AsBytes<double>(values).ToArray(),
        _ => MemoryMarshal.AsBytes<ushort>(values.Select(v => Bits(v, type)).ToArray()).ToArray(),
    };

    /// <summary>
    /// Rewrites the first initializer with one field for each value, as old writers do; the generated classes can only write packed fields.
    /// </summary>
    public static void Unpack(string path, double[] values, Number type)
    {
        var bytes = File.ReadAllBytes(path);
        var tensor = WireMessage.Scan(bytes).Child(OnnxField.ModelGraph).Child(OnnxField.GraphInitializer);
        var packed = tensor.Fields(bytes)
            .Single(field => field.Number is OnnxField.TensorFloatData or OnnxField.TensorInt32Data or OnnxField.TensorDoubleData);
        var splice = new WireSplice(bytes);
        splice.Replace(tensor, packed.Start, packed.End, Unpacked(values, type));
        File.WriteAllBytes(path, splice.ToArray());
    }

    private static byte[] Unpacked(double[] values, Number type)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        foreach (var value in values)
        {
            if (type == Number.Float32)
            {
                output.WriteTag(OnnxField.TensorFloatData, WireFormat.WireType.Fixed32);
                output.WriteFloat((float)value);
            }
            else if (type == Number.Float64)
            {
                output.WriteTag(OnnxField.TensorDoubleData, WireFormat.WireType.Fixed64);
                output.WriteDouble(value);
            }
            else
            {
                output.WriteTag(OnnxField.TensorInt32Data, WireFormat.WireType.Varint);
                output.WriteInt32(Bits(value, type));
            }
        }
        output.Flush();
        return stream.ToArray();
    }

    /// <summary>Moves raw_data to a file, behind bytes that belong to nobody.</summary>
    private static void MoveOut(TensorProto tensor, string folder)
    {
        var filling = new byte[64];
        filling.AsSpan().Fill(0xAB);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), [.. filling, .. tensor.RawData, .. filling]);
        Outside(tensor, ("location", "weights.bin"), ("offset", "64"), ("length", $"{tensor.RawData.Length}"));
    }

    private static ushort Bits(double value, Number type)
        => type == Number.Float16 ? BitConverter.HalfToUInt16Bits((Half)value) : BFloat16Bits(value);

    private static ushort BFloat16Bits(double value)
    {
        var bits = BitConverter.SingleToUInt32Bits((float)value);
        var (kept, rest) = (bits >> 16, bits & 0xffff);
        return (ushort)(rest > 0x8000 || (rest == 0x8000 && (kept & 1) == 1) ? kept + 1 : kept);
    }

    public static Elements Element(Number type) => type switch
    {
        Number.Float32 => Elements.Float,
        Number.Float64 => Elements.Double,
        Number.Float16 => Elements.Float16,
        _ => Elements.Bfloat16,
    };
}
