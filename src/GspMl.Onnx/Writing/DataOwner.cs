using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>Whose a file of external data is.</summary>
internal static class DataOwner
{
    /// <summary>
    /// Whether a model, and no other .onnx file of its folder, refers to a file: a new version of the model may then replace it. A file that
    /// cannot be read counts as one that refers.
    /// </summary>
    /// <param name="model">The model file.</param>
    /// <param name="location">The data, relative to the model's folder.</param>
    public static bool IsOnly(string model, string location)
    {
        if (!File.Exists(model) || !Refers(model, location, unread: false)) return false;
        var others = Directory.EnumerateFiles(Path.GetDirectoryName(model)!, "*.onnx").Where(file => Path.GetFullPath(file) != model);
        return !others.Any(file => Refers(file, location, unread: true));
    }

    private static bool Refers(string model, string location, bool unread)
    {
        try
        {
            using IDisposable mapped = new MappedFile(model);
            var bytes = ((MappedFile)mapped).Memory;
            return Locations(WireMessage.Scan(bytes.Span), bytes).Contains(location);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException or Google.Protobuf.InvalidProtocolBufferException)
        {
            return unread;
        }
    }

    private static IEnumerable<string> Locations(WireMessage message, ReadOnlyMemory<byte> bytes)
    {
        if (message.Kind != MessageKind.Tensor) return message.Children.SelectMany(child => Locations(child, bytes));
        return message.Fields(bytes.Span).Where(field => field.Number == OnnxField.TensorExternalData)
            .Select(field => StringStringEntryProto.Parser.ParseFrom(bytes.Span[field.BodyStart..field.End]))
            .Where(entry => entry.Key == "location").Select(entry => ExternalData.Normalized(entry.Value));
    }
}
