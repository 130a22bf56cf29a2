using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using GspMl.Cli.Recipes;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Schemas;

/// <summary>
/// docs/schemas shows what the tool writes. The variable GSPML_ACCEPT_SCHEMAS has the test bring the files up to date, after a change that
/// is meant. That every object is as its schema says, all tests see to that read one (<see cref="CommandRun.Json"/>).
/// </summary>
public sealed class SchemaTests
{
    private static readonly bool IsAccepted = Environment.GetEnvironmentVariable("GSPML_ACCEPT_SCHEMAS") is { Length: > 0 };

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, NewLine = "\n" };

    public static TheoryData<string> Names => new(typeof(CommandResult).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(CommandResult))).Select(type => type.FullName!));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_schema_of_a_result_is_the_one_that_is_shown(string name)
    {
        var type = typeof(CommandResult).Assembly.GetType(name)!;
        var result = (CommandResult)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        Shown(result.Schema, $"gspml {result.Schema.Split('-')[1]} --format json", Exported(CommandResult.Json, type));
    }

    [Fact]
    public void The_schema_of_recipes_is_the_one_that_is_shown()
        => Shown(Recipe.CurrentSchema, "a recipe of gspml, as --save-recipe writes it", Exported(Recipe.Json, typeof(Recipe)));

    [Fact]
    public void No_schema_is_left_over()
        => Assert.Equal(Names.Count + 1, Directory.GetFiles(Schemas.Folder, "*.schema.json").Length);

    [Fact]
    public async Task What_is_not_as_the_schema_says_is_found()
    {
        var run = await CommandRun.Of("inspect", Models.LeNet300, "--format", "json");
        Assert.Equal("", Schemas.Errors(run.Output));
        void Wrong(Action<JsonNode> change)
        {
            var node = JsonNode.Parse(run.Output)!;
            change(node);
            Assert.NotEqual("", Schemas.Errors(node.ToJsonString()));
        }
        Wrong(node => node.AsObject().Remove("layers"));
        Wrong(node => node["layers"] = "none");
        Wrong(node => node["layers"]![0]!["name"] = 1);
        Wrong(node => node["layers"]![0] = null);
    }

    [Fact]
    public async Task A_recipe_is_as_its_schema_says()
    {
        using var folder = new TemporaryFolder();
        await CommandRun.Of("prune", Models.LeNet300, "-o", folder.File("o.onnx"), "--zeros", "0.5", "--exclude", "fc3*", "--save-recipe",
            folder.File("r.json"));
        Assert.Equal("", Schemas.Errors(File.ReadAllText(folder.File("r.json"))));
    }

    private static void Shown(string name, string title, JsonObject exported)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"{name}.schema.json",
            ["title"] = title,
        };
        foreach (var (key, value) in exported.ToList())
        {
            exported.Remove(key);
            schema.Add(key, value);
        }
        schema["properties"]!["schema"] = new JsonObject { ["const"] = name };
        var (path, text) = (Path.Combine(Schemas.Folder, $"{name}.schema.json"), schema.ToJsonString(Written) + "\n");
        if (IsAccepted) File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    private static JsonObject Exported(JsonSerializerOptions options, Type type)
    {
        options = new(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options.GetJsonSchemaAsNode(type, new()
        {
            TreatNullObliviousAsNonNullable = true,
            // Whatever a result has is always written, null where there is nothing.
            TransformSchemaNode = (context, node) =>
            {
                // The exporter forgets that a number that may be none may be null, too.
                if (Nullable.GetUnderlyingType(context.TypeInfo.Type) is not null && node["anyOf"] is JsonArray forms)
                    forms.Add(new JsonObject { ["type"] = "null" });
                if (node is JsonObject { } part && part["properties"] is JsonObject properties)
                    part["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
                return node;
            },
        }).AsObject();
    }
}
