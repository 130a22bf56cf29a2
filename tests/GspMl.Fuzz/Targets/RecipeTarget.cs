using System.Security.Cryptography;
using System.Text;
using GspMl.Fuzz.Corpus;
using GspMl.Fuzz.Mutation;

namespace GspMl.Fuzz.Targets;

/// <summary>Recipes: what a run of a command was told, to be run again.</summary>
internal sealed class RecipeTarget : Target
{
    private static readonly byte[] Model = Google.Protobuf.MessageExtensions.ToByteArray(BuiltModels.All[0]);

    private static readonly byte[] Recipe = Encoding.UTF8.GetBytes($$"""
        {
          "schema": "gspml-recipe-1",
          "command": "prune",
          "arguments": ["m.onnx"],
          "options": {
            "--output": ["out.onnx"], "--zeros": ["0.5"], "--preset": ["fast"], "--threads": ["1"], "--values": ["original"],
            "--include": ["w*", "w2"], "--layer-sparsity": ["w1=0.4"]
          },
          "inputs": [{ "path": "m.onnx", "bytes": {{Model.Length}}, "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(Model))}}" }],
          "machine": {
            "gspml": "0.2.0", "onnxRuntime": "1.31.1", "dotnet": ".NET 10.0.0", "architecture": "X64", "processor": "any", "cores": 2
          }
        }
        """);

    public override string Name => "recipe";

    public override int Weight => 6;

    public override byte[] Make(Random random) => random.Next(3) switch
    {
        0 => ByteMutation.Of(Recipe, random),
        _ => JsonMutation.Of(Recipe, random),
    };

    public override Ending Run(byte[] bytes, Random random, string folder)
    {
        // Names in a recipe are those of the folder that one is in.
        var before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder);
        try
        {
            File.WriteAllBytes("m.onnx", Model);
            File.WriteAllBytes("recipe.json", bytes);
            // A word of it may be one that the command line does not take.
            return CommandLine.Run(["prune", "--recipe", "recipe.json", "-o", "out.onnx"], mayBeWrongUsage: true);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }
}
