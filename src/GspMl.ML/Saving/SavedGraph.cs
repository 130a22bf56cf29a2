using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using GspMl.Onnx.Proto;

namespace GspMl.ML.Saving;

/// <summary>A graph that GspMl wrote, read back.</summary>
internal sealed class SavedGraph
{
    private readonly ModelProto model;
    private readonly Dictionary<string, string> settings;

    private SavedGraph(ModelProto model, Dictionary<string, string> settings) => (this.model, this.settings) = (model, settings);

    /// <summary>Null for a model that GspMl did not write.</summary>
    public static SavedGraph? Recognise(byte[] bytes)
    {
        var model = ModelProto.Parser.ParseFrom(bytes);
        var settings = model.MetadataProps
            .Where(entry => entry.Key.StartsWith(FittedGraph.Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[FittedGraph.Prefix.Length..], entry => entry.Value);
        return settings.ContainsKey("component") ? new(model, settings) : null;
    }

    public string Component => settings["component"];

    public IReadOnlyList<GraphColumn> Inputs => Read<List<GraphColumn>>("inputs");

    public IReadOnlyList<GraphColumn> Outputs => Read<List<GraphColumn>>("outputs");

    public string Text(string key) =>
        settings.TryGetValue(key, out var value) ? value : throw new FormatException($"The saved {Component} has no setting '{key}'.");

    public double Number(string key) => double.Parse(Text(key), CultureInfo.InvariantCulture);

    public bool Flag(string key) => bool.Parse(Text(key));

    public T[] Numbers<T>(string key)
        where T : INumber<T> => Read<T[]>(key);

    /// <summary>A constant's values, or an empty array where the graph has none of that name.</summary>
    public T[] Constant<T>(string name)
        where T : unmanaged
    {
        var tensor = model.Graph.Initializer.FirstOrDefault(tensor => tensor.Name == name);
        return tensor is null ? [] : MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray();
    }

    private T Read<T>(string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text(key))
                ?? throw new FormatException($"The saved {Component} has nothing as its '{key}'.");
        }
        catch (JsonException error)
        {
            throw new FormatException($"The saved {Component} has a setting '{key}' that this version of GspMl cannot read.", error);
        }
    }
}
