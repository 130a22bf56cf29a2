using System.Globalization;
using System.Text.RegularExpressions;

namespace GspMl.Samples.Tests;

/// <summary>Each sample runs from the repository's folder, ends well and prints what its page says.</summary>
public sealed partial class SampleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PruneModel_halves_every_layer_and_JudgeModel_finds_it_good_enough()
    {
        using var folder = new SampleFolder();
        var pruned = await Run(folder, "PruneModel");
        Assert.Equal(4, Regex.Count(pruned, @"→\s+50\.\d %"));

        var judged = await Run(folder, "JudgeModel");
        Assert.Contains("same class", judged, StringComparison.Ordinal);
        Assert.InRange(Number(judged, @"same class\s+([\d.]+)"), 95, 100);
    }

    [Fact]
    public async Task JudgeModel_ends_with_4_where_too_many_rows_change_their_class()
    {
        using var folder = new SampleFolder();
        var run = await folder.RunAsync("JudgeModel", "onnx-models/lenet300.onnx");
        output.WriteLine(run.Output);
        Assert.Equal(Number(run.Output, @"same class\s+([\d.]+)") < 95 ? 4 : 0, run.ExitCode);
    }

    [Fact]
    public async Task RowsToNpy_writes_what_it_says()
    {
        using var folder = new SampleFolder();
        Assert.Contains("100 × 1 × 28 × 28 numbers", await Run(folder, "RowsToNpy"), StringComparison.Ordinal);
        var bytes = folder.Read("artifacts/rows.npy");
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var header = System.Text.Encoding.ASCII.GetString(bytes[10..(10 + BitConverter.ToUInt16(bytes, 8))]);
        Assert.Matches(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \(100, 1, 28, 28,\), \} *\n$", header);
        Assert.Equal(0, (10 + header.Length) % 64);
        Assert.Equal(10 + header.Length + (4 * 100 * 28 * 28), bytes.Length);
    }

    [Fact]
    public async Task StrangersModel_prunes_in_another_process_and_goes_on_where_that_fails()
    {
        using var folder = new SampleFolder();
        var tool = new[] { "dotnet", SampleFolder.Program("GspMl.Cli", "gspml") };

        var pruned = await folder.RunAsync("StrangersModel", ["onnx-models/lenet5.onnx", .. tool]);
        output.WriteLine(pruned.Output);
        Assert.Equal(0, pruned.ExitCode);
        Assert.InRange(Number(pruned.Output, @"([\d.]+) % zeros"), 80, 80.1);
        var sizes = Numbers(pruned.Output, @"([\d,]+)(?= →| bytes)");
        Assert.True(sizes[1] < 0.5 * sizes[0], pruned.Output);
        Assert.NotEmpty(folder.Read("artifacts/strangers.onnx"));

        var refused = await folder.RunAsync("StrangersModel", ["samples/README.md", .. tool]);
        output.WriteLine(refused.Output);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("samples/README.md: exit code 2. ", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CustomScore_reaches_what_its_allocation_says()
    {
        var text = await Run("CustomScore");
        Assert.Contains("score RelativeMagnitude", text, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(text, @" 40\.\d % zeros"));
        Assert.Equal(2, Regex.Count(text, @" 80\.\d % zeros"));
    }

    [Fact]
    public async Task PrunedModelInPipeline_keeps_its_accuracy_and_shrinks()
    {
        var text = await Run("PrunedModelInPipeline");
        var (bytes, accuracy) = (Numbers(text, @"zeros:\s+([\d,]+) bytes"), Numbers(text, @"accuracy ([\d.]+)"));
        Assert.Equal(3, bytes.Count);
        Assert.True(bytes[1] < 0.65 * bytes[0] && bytes[2] < 0.45 * bytes[0], text);
        Assert.All(accuracy, value => Assert.InRange(value, 95, 100));
    }

    [Fact]
    public async Task SparseParts_meets_the_sparsity_that_it_asks_for()
    {
        var text = await Run("SparseParts");
        Assert.Equal(2, Regex.Count(text, @"sparsity 0\.7000"));
        Assert.InRange(Number(text, @"relative error ([\d.]+)"), 0, 5);
    }

    [Fact]
    public async Task TextTopics_classifies_and_says_so_of_a_new_sentence()
    {
        var text = await Run("TextTopics");
        Assert.InRange(Number(text, @"accuracy on the others ([\d.]+)"), 75, 100);
        Assert.EndsWith("astronomy", text.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TopicExplorer_finds_the_texts_on_the_subject_of_a_question()
    {
        var text = await Run("TopicExplorer");
        Assert.Equal(12, Regex.Count(text, @"^ *[\d.]+ % ", RegexOptions.Multiline));
        var alike = text[text.IndexOf("most alike", StringComparison.Ordinal)..].Split('\n')[1..5];
        Assert.All(alike, line => Assert.Matches("goal|keeper|penalty|pitch|whistle|striker|stadium|referee|offside|match", line));
    }

    [Fact]
    public async Task SparseNmfFeatures_predicts_the_same_fitted_loaded_and_restored()
    {
        var guesses = Predicted().Match(await Run("SparseNmfFeatures"));
        Assert.True(guesses.Success);
        Assert.Single(Enumerable.Range(1, 3).Select(i => guesses.Groups[i].Value).Distinct());
    }

    [Fact]
    public async Task PipelineToOnnx_has_one_answer_in_both_runtimes()
    {
        var text = await Run("PipelineToOnnx");
        Assert.Equal(Number(text, @"([\d.]+) in ML\.NET"), Number(text, @"([\d.]+) in ONNX Runtime"), 2e-4);
    }

    [Fact]
    public async Task DistributedNmf_has_the_bits_of_one_machine_though_a_worker_left()
    {
        var text = await Run("DistributedNmf");
        Assert.Contains("3 workers", text, StringComparison.Ordinal);
        Assert.Contains("the same bits as without a cluster: True", text, StringComparison.Ordinal);
        Assert.True(Number(text, @"(\d+) reads of 6 shards") > 6, text);
    }

    [Fact]
    public void Every_sample_is_run_here()
    {
        var tests = typeof(SampleTests).GetMethods().Select(method => method.Name).ToList();
        Assert.All(SampleFolder.Programs, program => Assert.Contains(tests, name => name.Split('_').Contains(program)));
    }

    [Fact]
    public async Task Files_prune_and_judge_follow_each_other()
    {
        using var folder = new SampleFolder();
        var bytes = Regex.Match(await RunFile(folder, "prune"), @"gzipped ([\d,]+) → ([\d,]+) bytes");
        Assert.True(Parsed(bytes.Groups[2]) < 0.7 * Parsed(bytes.Groups[1]), bytes.Value);
        Assert.InRange(Number(await RunFile(folder, "judge"), @"same class ([\d.]+)"), 95, 100);
    }

    [Fact]
    public async Task File_parts_meets_the_sparsity_that_it_asks_for_and_draws_the_parts()
    {
        using var folder = new SampleFolder();
        var text = await RunFile(folder, "parts");
        Assert.Contains("sparsity of the parts 0.800", text, StringComparison.Ordinal);
        // The brightest pixel of each.
        Assert.True(text.Count(letter => letter == '#') >= 3, text);
    }

    [Fact]
    public async Task File_features_classifies_as_fitted_and_as_loaded()
    {
        using var folder = new SampleFolder();
        var text = await RunFile(folder, "features");
        Assert.InRange(Number(text, @"accuracy on the others ([\d.]+)"), 75, 100);
        Assert.EndsWith("astronomy", text.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_is_run_here()
    {
        var tests = typeof(SampleTests).GetMethods().Select(method => method.Name)
            .Where(name => name.StartsWith("File", StringComparison.Ordinal)).ToList();
        Assert.All(SampleFolder.Files, file => Assert.Contains(tests, name => name.Split('_').Contains(file)));
    }

    private async Task<string> RunFile(SampleFolder folder, string name)
    {
        var run = await folder.RunFileAsync(name);
        output.WriteLine(run.Output);
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output.ReplaceLineEndings("\n");
    }

    private async Task<string> Run(string sample)
    {
        using var folder = new SampleFolder();
        return await Run(folder, sample);
    }

    private async Task<string> Run(SampleFolder folder, string sample)
    {
        var run = await folder.RunAsync(sample);
        output.WriteLine(run.Output);
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output.ReplaceLineEndings("\n");
    }

    private static double Number(string text, string pattern) => Assert.Single(Numbers(text, pattern));

    private static IReadOnlyList<double> Numbers(string text, string pattern) => [.. Regex.Matches(text, pattern)
        .Select(match => Parsed(match.Groups[1]))];

    private static double Parsed(Group number) => double.Parse(number.Value, NumberStyles.Number, CultureInfo.InvariantCulture);

    [GeneratedRegex("as fitted (\\w+), as loaded (\\w+), with the fast component back (\\w+)")]
    private static partial Regex Predicted();
}
