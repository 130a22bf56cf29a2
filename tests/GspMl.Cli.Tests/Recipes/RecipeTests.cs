using System.Text.Json.Nodes;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Recipes;

public sealed class RecipeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("prune MODEL -o OUT --zeros 0.7 --preset fast --exclude fc3* --exclude fc2* --gzip never")]
    [InlineData("prune MODEL -o OUT -s 0.7 --values original --layer-sparsity fc1*=0.5")]
    [InlineData("shrink MODEL -o OUT --macs 0.3")]
    public async Task The_same_recipe_gives_the_same_bytes(string line)
    {
        Done(await Run($"{line} --save-recipe RECIPE"));
        Done(await Run($"{line.Split(' ')[0]} --recipe RECIPE -o AGAIN"));
        Assert.Equal(File.ReadAllBytes(folder.File("out.onnx")), File.ReadAllBytes(folder.File("again.onnx")));
    }

    [Fact]
    public async Task A_run_of_calibrated_fits_gives_the_same_bytes()
    {
        File.Copy(Models.TestInputs, folder.File("=odd name.npy.gz"));
        const string Line = "prune MODEL -o OUT --zeros 0.7 --score activation --values original --include fc2* --gzip never";
        Done(await CommandRun.Of([.. Words($"{Line} --save-recipe RECIPE"), "--calibration", $"input={folder.File("=odd name.npy.gz")}"]));
        Done(await Run("prune --recipe=RECIPE -o AGAIN"));
        Assert.Equal(File.ReadAllBytes(folder.File("out.onnx")), File.ReadAllBytes(folder.File("again.onnx")));
        Assert.Equal(2, Saved["inputs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_judgement_and_a_sweep_are_repeated()
    {
        foreach (var line in new[]
        {
            "eval MODEL --inputs DIGITS --labels LABELS --latency-runs 0 --batch-size 100",
            "sweep MODEL --zeros 0.5,0.9 --inputs DIGITS --labels LABELS --latency-runs 0 --min-agreement 90",
        })
        {
            var first = await Run($"{line} --save-recipe RECIPE");
            var again = await Run($"{line.Split(' ')[0]} --recipe RECIPE");
            Assert.Equal((first.ExitCode, first.Output), (again.ExitCode, again.Output));
        }
    }

    [Theory]
    [InlineData("options", "{\"--zeros\": null}", "there is a null in it")]
    [InlineData("inputs", "[null]", "there is a null in it")]
    [InlineData("arguments", "[null]", "there is a null in it")]
    [InlineData("options", "3", "$.options is not as docs/schemas")]
    [InlineData("options", "{\"--save-recipe\": [\"evil.json\"]}", "writes no option --save-recipe into a recipe")]
    [InlineData("options", "{\"--nosuch\": [\"1\"]}", "writes no option --nosuch into a recipe")]
    [InlineData("inputs", "[]", "does not list it among its inputs")]
    public async Task What_no_run_has_written_down_is_refused_by_name(string field, string value, string message)
    {
        Done(await Run("prune MODEL -o OUT --zeros 0.7 --gzip never --save-recipe RECIPE"));
        var recipe = Saved.AsObject();
        recipe[field] = JsonNode.Parse(value);
        await File.WriteAllTextAsync(folder.File("recipe.json"), recipe.ToString());

        var run = await Run("prune --recipe RECIPE -o AGAIN");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("recipe.json", run.Messages, StringComparison.Ordinal);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("again.onnx")));
    }

    [Theory]
    [InlineData("prune --recipe")]
    [InlineData("prune --recipe=")]
    [InlineData("prune --recipe RECIPE --recipe RECIPE --dry-run")]
    public async Task A_recipe_that_is_not_named_once_is_wrong_usage(string line)
        => Assert.Equal(ExitCode.WrongUsage, (await Run(line)).ExitCode);

    [Fact]
    public async Task What_a_recipe_says_of_its_machine_reaches_no_terminal_as_what_it_obeys()
    {
        Done(await Run("prune MODEL -o OUT --zeros 0.7 --gzip never --save-recipe RECIPE"));
        var recipe = Saved;
        recipe["machine"]!["dotnet"] = "\u001b[2J\u0007evil\u202e";
        await File.WriteAllTextAsync(folder.File("recipe.json"), recipe.ToJsonString());

        var run = await Run("prune --recipe RECIPE --dry-run");

        Assert.Contains("evil", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Messages, letter => letter is '\u001b' or '\u0007' or '\u202e');
    }

    [Fact]
    public async Task A_recipe_tells_files_versions_and_options()
    {
        Done(await Run("prune MODEL -o OUT --zeros 0.7 --gzip never --quiet --save-recipe RECIPE"));
        var recipe = Saved;
        Assert.Equal("gspml-recipe-1", (string?)recipe["schema"]);
        Assert.Equal(["--output", "--zeros", "--gzip"], recipe["options"]!.AsObject().Select(option => option.Key));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Models.LeNet300))),
            (string?)recipe["inputs"]![0]!["sha256"]);
        Assert.NotEmpty((string)recipe["machine"]!["gspml"]!);
    }

    [Fact]
    public async Task Another_input_is_refused_by_name_and_another_version_told()
    {
        File.Copy(Models.LeNet300, folder.File("m.onnx"));
        Done(await CommandRun.Of("prune", folder.File("m.onnx"), "-o", folder.File("out.onnx"), "--zeros", "0.7", "--save-recipe",
            folder.File("recipe.json")));
        var recipe = Saved;
        recipe["machine"]!["gspml"] = "0.0.1";
        File.WriteAllText(folder.File("recipe.json"), recipe.ToJsonString());
        var told = await Run("prune --recipe RECIPE -o AGAIN");
        Done(told);
        Assert.Contains("(the recipe's: 0.0.1)", told.Messages, StringComparison.Ordinal);

        File.Copy(Models.LeNet5, folder.File("m.onnx"), overwrite: true);
        var refused = await Run("prune --recipe RECIPE -o AGAIN");
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("m.onnx: is not the file that", refused.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prune --recipe RECIPE --zeros 0.5", "--zeros beside --recipe")]
    [InlineData("prune --recipe RECIPE --threads 1", "--threads beside --recipe")]
    [InlineData("prune MODEL --recipe RECIPE", "names the model itself")]
    [InlineData("shrink --recipe RECIPE", "is a recipe of gspml prune, not of gspml shrink")]
    [InlineData("prune --recipe RECIPE --save-recipe RECIPE", "is named twice")]
    [InlineData("prune MODEL -o OUT --zeros 0.5 --save-recipe OUT", "is named twice")]
    public async Task A_recipe_is_run_as_it_stands(string line, string reason)
    {
        Done(await Run("prune MODEL -o OUT --zeros 0.7 --gzip never --save-recipe RECIPE"));
        var refused = await Run(line);
        Assert.Equal(ExitCode.WrongUsage, refused.ExitCode);
        Assert.Contains(reason, refused.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "is no recipe")]
    [InlineData("null", "is no recipe: there is a null in it")]
    [InlineData("no", "is no recipe")]
    public async Task What_is_no_recipe_is_refused_by_name(string text, string reason)
    {
        File.WriteAllText(folder.File("recipe.json"), text);
        var refused = await Run("prune --recipe RECIPE");
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains($"recipe.json: {reason}", refused.Messages, StringComparison.Ordinal);
    }

    private JsonNode Saved => JsonNode.Parse(File.ReadAllText(folder.File("recipe.json")))!;

    private static void Done(CommandRun run) => Assert.True(run.ExitCode == ExitCode.Done, run.Messages);

    private Task<CommandRun> Run(string line) => CommandRun.Of(Words(line));

    private string[] Words(string line) => [.. line.Split(' ').Select(word => word
        .Replace("MODEL", Models.LeNet300, StringComparison.Ordinal).Replace("OUT", folder.File("out.onnx"), StringComparison.Ordinal)
        .Replace("AGAIN", folder.File("again.onnx"), StringComparison.Ordinal)
        .Replace("RECIPE", folder.File("recipe.json"), StringComparison.Ordinal)
        .Replace("DIGITS", Models.TestInputs, StringComparison.Ordinal).Replace("LABELS", Models.TestLabels, StringComparison.Ordinal))];
}
