using System.Text;
using System.Text.Json.Nodes;

namespace GspMl.Fuzz.Mutation;

/// <summary>Changes of values, names and nesting in JSON, which stays JSON.</summary>
internal static class JsonMutation
{
    public static byte[] Of(byte[] json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        for (var i = random.Next(1, 4); i > 0; i--) Once(root, random);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static void Once(JsonNode root, Random random)
    {
        var parents = Parents(root).ToList();
        switch (parents[random.Next(parents.Count)])
        {
            case JsonObject inner: Change(inner, random); break;
            case JsonArray inner: Change(inner, random); break;
        }
    }

    private static void Change(JsonObject inner, Random random)
    {
        var name = inner.Count == 0 ? Text(random) : inner.ElementAt(random.Next(inner.Count)).Key;
        switch (random.Next(4))
        {
            case 0: inner.Remove(name); break;
            case 1: inner[Text(random)] = inner[name]?.DeepClone(); break;
            default: inner[name] = Value(random); break;
        }
    }

    private static void Change(JsonArray inner, Random random)
    {
        var at = random.Next(inner.Count + 1);
        if (at < inner.Count && random.Next(2) == 0) inner[at] = Value(random);
        else if (at < inner.Count && random.Next(2) == 0) inner.RemoveAt(at);
        else inner.Insert(at, at < inner.Count && random.Next(2) == 0 ? inner[at]?.DeepClone() : Value(random));
    }

    private static JsonNode? Value(Random random) => random.Next(14) switch
    {
        0 => null,
        1 => JsonValue.Create(HostileValues.Integer(random)),
        2 => JsonValue.Create(random.Next(2) == 0),
        3 => new JsonArray(Text(random)),
        4 => new JsonObject { [Text(random)] = Text(random) },
        5 => Deep(random.Next(1, 60)),
        _ => JsonValue.Create(Text(random)),
    };

    private static JsonArray Deep(int levels) => levels == 0 ? [] : [Deep(levels - 1)];

    /// <summary>What a recipe names it may read and write: nothing outside the folder of the case.</summary>
    private static string Text(Random random)
    {
        var text = HostileValues.Text(random);
        return text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal) ? "--zeros" : text;
    }

    private static IEnumerable<JsonNode> Parents(JsonNode? node)
    {
        var inner = node switch
        {
            JsonObject parent => parent.Select(property => property.Value),
            JsonArray parent => parent,
            _ => [],
        };
        return node is JsonObject or JsonArray ? inner.SelectMany(Parents).Prepend(node) : [];
    }
}
