using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// A small model file beside a large one, of the same messages, whose large initializers are external data: they lie in
/// the large file. ONNX Runtime maps such data where it copies what stands in the model file itself, twice.
/// </summary>
internal static class MappedForm
{
    private const int LargeData = 1 << 16;

    /// <summary>Writes it, from the messages as they lie in the file.</summary>
    /// <param name="path">The large file.</param>
    /// <param name="target">The small file, in the same folder.</param>
    /// <exception cref="InvalidDataException">The large file is no protocol buffer.</exception>
    public static void Write(string path, string target)
    {
        using IDisposable mapped = new MappedFile(path);
        var bytes = ((MappedFile)mapped).Memory;
        var root = WireMessage.Scan(bytes.Span);
        var splice = new WireSplice(bytes);
        foreach (var tensor in root.Child(OnnxField.ModelGraph).ChildrenOf(OnnxField.GraphInitializer))
            if (tensor.RawData is { } raw && raw.End - raw.BodyStart >= LargeData)
                splice.Replace(tensor, raw.Start, raw.End, Place(Path.GetFileName(path), raw));
        using var stream = File.Create(target);
        splice.WriteTo(stream);
    }

    /// <summary>The fields that take the place of raw_data.</summary>
    private static byte[] Place(string file, WireField raw)
    {
        var tensor = new TensorProto { DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = file });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{raw.BodyStart}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{raw.End - raw.BodyStart}" });
        return tensor.ToByteArray();
    }
}
