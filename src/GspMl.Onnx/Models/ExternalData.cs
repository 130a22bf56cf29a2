using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Models;

/// <summary>Where an external tensor's bytes lie: a file in the model's folder, an offset and a length in bytes.</summary>
internal sealed record ExternalData(string Location, long Offset, long? Length)
{
    /// <summary>Reads a tensor's external_data entries.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or no number, or the location leaves the model's folder.</exception>
    public static ExternalData Of(TensorProto tensor)
    {
        var entries = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
        if (!entries.TryGetValue("location", out var location) || location.Length == 0)
            throw new InvalidDataException("its external data names no file");
        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
            throw new InvalidDataException($"its external data '{location}' lies outside the model's folder");
        return new(location, Number(entries, "offset") ?? 0, Number(entries, "length"));
    }

    private static long? Number(Dictionary<string, string> entries, string key)
    {
        if (!entries.TryGetValue(key, out var text)) return null;
        return long.TryParse(text, out var value) && value >= 0 ? value : throw new InvalidDataException($"the {key} of its external data is '{text}'");
    }
}
