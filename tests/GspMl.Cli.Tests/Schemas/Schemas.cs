using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace GspMl.Cli.Tests.Schemas;

/// <summary>The schemas in docs/schemas: what every JSON object of the tool is held against.</summary>
internal static class Schemas
{
    private static readonly ConcurrentDictionary<string, JsonSchema> Known = new();

    public static string Folder => Path.Combine(Models.Root, "docs", "schemas");

    /// <summary>The object of a text, which must have the schema that it names.</summary>
    public static JsonElement Valid(string text)
    {
        var element = JsonDocument.Parse(text).RootElement;
        Assert.True(Errors(text) is "", $"{Errors(text)}: {text}");
        return element;
    }

    /// <summary>What of a text is not as the schema that it names wants it; empty where all is.</summary>
    public static string Errors(string text)
    {
        var node = JsonNode.Parse(text)!;
        var schema = Known.GetOrAdd((string)node["schema"]!, name => JsonSchema.FromFile(Path.Combine(Folder, $"{name}.schema.json")));
        var found = schema.Evaluate(node, new() { OutputFormat = OutputFormat.List });
        return found.IsValid ? "" : string.Join("; ", found.Details.Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
    }
}
