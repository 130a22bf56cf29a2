using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Models;

/// <summary>Where an external tensor's bytes lie: a file in the model's folder, an offset and a length in bytes.</summary>
internal sealed record ExternalData(string Location, long Offset, long? Length)
{
    /// <summary>Reads a tensor's external_data entries.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or no number, or the location leaves the model's folder or is no
    /// path.</exception>
    public static ExternalData Of(TensorProto tensor)
    {
        var entries = new Dictionary<string, string>();
        foreach (var entry in tensor.ExternalData)
            if (!entries.TryAdd(entry.Key, entry.Value)) throw new InvalidDataException($"its external data gives the {entry.Key} twice");
        if (!entries.TryGetValue("location", out var location) || location.Length == 0)
            throw new InvalidDataException("its external data names no file");
        if (location.Contains('\0')) throw new InvalidDataException("its external data names a file with a NUL character");
        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
            throw new InvalidDataException($"its external data '{location}' lies outside the model's folder");
        return new(Normalized(location), Number(entries, "offset") ?? 0, Number(entries, "length"));
    }

    /// <summary>One name for one file: ./w.data is w.data.</summary>
    public static string Normalized(string location) => string.Join('/', location.Split('/').Where(part => part is not ("" or ".")));

    private static long? Number(Dictionary<string, string> entries, string key)
    {
        if (!entries.TryGetValue(key, out var text)) return null;
        return long.TryParse(text, out var value) && value >= 0 ? value
            : throw new InvalidDataException($"the {key} of its external data is '{text}'");
    }
}
