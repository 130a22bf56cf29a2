using System.Text.Json;
using GspMl.Cli.Npy;
using GspMl.Projection;

namespace GspMl.Cli.Tests.Nmf;

public sealed class NmfCommandTests : IDisposable
{
    private const int Samples = 40;
    private const int Features = 12;
    private readonly TemporaryFolder folder = new();

    public NmfCommandTests() => NpyWriter.Write<float>(folder.File("x.npy"), Data(), Samples, Features);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_misspelt_option_is_no_data_file()
    {
        var run = await Nmf("--max-iteration", "30");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no option --max-iteration; did you mean --max-iterations?", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_holds_both_factors_trace_summary_and_report()
    {
        var run = await Nmf("--sparsity", "0.6", "--max-iterations", "30", "--tolerance", "0", "--image", "3x4");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        var (basis, coefficients) = (Read("basis.npy"), Read("coefficients.npy"));
        Assert.Equal(("(12, 3)", "(40, 3)"), (basis.ShapeText, coefficients.ShapeText));
        Assert.Equal(0.6, Enumerable.Range(0, 3).Average(k => HoyerSparsity.Of<double>(basis.As<double>().Where((_, i) => i % 3 == k)
            .ToArray())), 1e-4);
        var trace = File.ReadAllLines(folder.File("out/trace.csv"));
        Assert.Equal("iteration,seconds,relative_error,basis_sparsity,coefficient_sparsity", trace[0]);
        Assert.Equal(31, trace.Length);
        var summary = JsonDocument.Parse(File.ReadAllText(folder.File("out/summary.json"))).RootElement;
        Assert.Equal("PSNMF", summary.GetProperty("algorithm").GetString());
        Assert.Equal(30, summary.GetProperty("iterations").GetInt32());
        var report = File.ReadAllText(folder.File("out/report.html"));
        Assert.Contains("<svg", report);
        Assert.Contains("data:image/png;base64,", report);
    }

    [Fact]
    public async Task The_error_of_the_summary_is_that_of_the_files()
    {
        var run = await Nmf("--format", "json");

        Assert.Equal("A-HALS", run.Json.GetProperty("algorithm").GetString());
        Assert.Equal(Error(Read("basis.npy").As<double>(), Read("coefficients.npy").As<double>()), run.Json.GetProperty("relativeError")
            .GetDouble(), 1e-5);
    }

    [Theory]
    [InlineData("psnmf", "PSNMF")]
    [InlineData("cpsnmf", "cPSNMF")]
    [InlineData("l1-a-hals", "ℓ1 A-HALS")]
    public async Task Every_sparse_algorithm_has_its_word(string word, string name)
    {
        var run = await Nmf("--algorithm", word, "--sparsity", "0.5", "--format", "json");
        Assert.Equal(name, run.Json.GetProperty("algorithm").GetString());
    }

    [Fact]
    public async Task Weights_over_features_make_it_WSNMF()
    {
        NpyWriter.Write<double>(folder.File("w.npy"), Enumerable.Range(0, Features).Select(j => j < 6 ? 0.2 : 1.0).ToArray(), Features);
        var run = await Nmf("--sparsity", "0.5", "--weights", folder.File("w.npy"), "--format", "json");
        Assert.Equal("WSNMF", run.Json.GetProperty("algorithm").GetString());
    }

    [Fact]
    public async Task A_Matrix_Market_file_gives_what_the_dense_file_gives()
    {
        var lines = Data().Select((value, i) => $"{i / Features + 1} {i % Features + 1} {value:R}");
        File.WriteAllText(folder.File("x.mtx"),
            $"%%MatrixMarket matrix coordinate real general\n{Samples} {Features} {Samples * Features}\n{string.Join('\n', lines)}\n");
        var dense = await Nmf("--format", "json");
        var sparse = await CommandRun.Of("nmf", folder.File("x.mtx"), "--rank", "3", "--out", folder.File("out"), "--format", "json");
        Assert.Equal(dense.Json.GetProperty("relativeError").GetDouble(), sparse.Json.GetProperty("relativeError").GetDouble(), 1e-3);
    }

    [Theory]
    [InlineData("--sparsity", "0.6")]
    [InlineData("--init", "nndsvda")]
    [InlineData("--coefficient-sparsity", "0.5")]
    public async Task Rows_read_in_batches_give_what_the_whole_file_gives(params string[] arguments)
    {
        var whole = await Nmf([.. arguments, "--format", "json"]);
        var batches = await Nmf([.. arguments, "--batch", "7", "--format", "json"]);
        Assert.Equal(whole.Json.GetProperty("relativeError").GetDouble(), batches.Json.GetProperty("relativeError").GetDouble(), 1e-5);
        Assert.Equal(Error(Read("basis.npy").As<double>(), Read("coefficients.npy").As<double>()),
            batches.Json.GetProperty("relativeError").GetDouble(), 1e-5);
        Assert.Equal("(40, 3)", Read("coefficients.npy").ShapeText);
    }

    [Fact]
    public async Task Batches_can_be_of_bytes_in_a_gzipped_file()
    {
        var bytes = Array.ConvertAll(Data(), value => (byte)(100 * value));
        NpyWriter.Write<byte>(folder.File("x.npy"), bytes, Samples, Features);
        var whole = await Nmf("--format", "json");
        using (var file = new System.IO.Compression.GZipStream(File.Create(folder.File("x.npy.gz")),
            System.IO.Compression.CompressionLevel.Fastest))
            file.Write(File.ReadAllBytes(folder.File("x.npy")));
        var batches = await CommandRun.Of("nmf", folder.File("x.npy.gz"), "--rank", "3", "--out", folder.File("out"), "--batch", "16",
            "--format", "json");
        Assert.Equal(whole.Json.GetProperty("relativeError").GetDouble(), batches.Json.GetProperty("relativeError").GetDouble(), 1e-5);
    }

    [Fact]
    public async Task A_file_that_is_cut_short_is_bad_input_in_batches_too()
    {
        File.WriteAllBytes(folder.File("x.npy"), File.ReadAllBytes(folder.File("x.npy"))[..^8]);
        var run = await Nmf("--batch", "8");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("x.npy: the file ends before its array does", run.Messages);
    }

    [Fact]
    public async Task Data_too_far_from_1_is_bad_input_and_named()
    {
        NpyWriter.Write<double>(folder.File("x.npy"), Enumerable.Repeat(1e300, Samples * Features).ToArray(), Samples, Features);
        var run = await Nmf();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("x.npy: The data's mean is ", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_gzip_is_bad_input_in_batches_too()
    {
        File.WriteAllText(folder.File("x.npy.gz"), "this is no gzip");
        foreach (var batch in new string[][] { [], ["--batch", "4"] })
        {
            var run = await CommandRun.Of(["nmf", folder.File("x.npy.gz"), "--rank", "3", "--out", folder.File("out"), .. batch]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("x.npy.gz: ", run.Messages);
        }
    }

    [Fact]
    public async Task A_file_where_the_folder_should_be_is_refused_and_kept()
    {
        File.WriteAllText(folder.File("out"), "kept");
        Assert.Equal(2, (await Nmf()).ExitCode);
        Assert.Equal("kept", File.ReadAllText(folder.File("out")));
    }

    [Fact]
    public async Task Nothing_of_an_earlier_factorisation_stays_and_other_files_do()
    {
        await Nmf("--image", "3x4");
        File.WriteAllText(folder.File("out/mine.txt"), "mine");
        await Nmf("--sparsity", "0.7");
        Assert.Equal(["basis.npy", "coefficients.npy", "mine.txt", "report.html", "summary.json", "trace.csv"],
            Directory.GetFileSystemEntries(folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0.7, Enumerable.Range(0, 3).Average(k => HoyerSparsity.Of<double>(Read("basis.npy").As<double>()
            .Where((_, i) => i % 3 == k).ToArray())), 1e-4);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_factor_is_refused_before_the_work()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights");
        Directory.CreateDirectory(folder.File("out"));
        File.WriteAllText(folder.File("b.npy"), "elsewhere");
        File.CreateSymbolicLink(folder.File("out/basis.npy"), "../b.npy");
        var run = await Nmf();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("basis.npy: is a symbolic link to ../b.npy", run.Messages);
        Assert.Equal("elsewhere", File.ReadAllText(folder.File("b.npy")));
    }

    [Fact]
    public async Task Batches_of_a_sparse_file_are_wrong_usage()
    {
        File.WriteAllText(folder.File("x.mtx"), "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n");
        var run = await CommandRun.Of("nmf", folder.File("x.mtx"), "--rank", "1", "--out", folder.File("out"), "--batch", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--batch is for .npy files", run.Messages);
    }

    [Fact]
    public async Task Factors_to_start_from_are_used()
    {
        await Nmf("--max-iterations", "200", "--tolerance", "0");
        File.Copy(folder.File("out/basis.npy"), folder.File("b.npy"));
        File.Copy(folder.File("out/coefficients.npy"), folder.File("c.npy"));
        var before = JsonDocument.Parse(File.ReadAllText(folder.File("out/summary.json"))).RootElement.GetProperty("relativeError")
            .GetDouble();
        var run = await Nmf("--basis0", folder.File("b.npy"), "--coefficients0", folder.File("c.npy"), "--max-iterations", "1",
            "--format", "json");
        Assert.InRange(run.Json.GetProperty("relativeError").GetDouble(), 0, before + 1e-5);
    }

    [Theory]
    [InlineData(1, "imposes no sparsity", "--algorithm", "a-hals", "--sparsity", "0.5")]
    [InlineData(1, "needs a sparsity", "--algorithm", "psnmf")]
    [InlineData(1, "lies in [0, 1]", "--sparsity", "2")]
    [InlineData(1, "go together", "--basis0", "b.npy")]
    [InlineData(1, "--batch is 0", "--batch", "0")]
    [InlineData(1, "9 pixels, but X has 12", "--image", "3x3")]
    public async Task Wrong_usage_is_said(int code, string message, params string[] arguments)
    {
        var run = await Nmf(arguments);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Messages);
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Fact]
    public async Task A_negative_value_is_bad_input_with_its_row_and_feature()
    {
        var values = Data();
        values[5 * Features + 7] = -1;
        NpyWriter.Write<float>(folder.File("x.npy"), values, Samples, Features);
        foreach (var run in new[] { await Nmf(), await Nmf("--batch", "4") })
        {
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("x.npy: The value at row 5, feature 7 is -1", run.Messages);
        }
    }

    private Task<CommandRun> Nmf(params string[] arguments) =>
        CommandRun.Of(["nmf", folder.File("x.npy"), "--rank", "3", "--out", folder.File("out"), .. arguments]);

    private NpyArray Read(string name) => NpyReader.Read(folder.File($"out/{name}"));

    private static float[] Data()
    {
        var random = new Random(3);
        double[,] c = new double[Samples, 3], b = new double[Features, 3];
        for (var i = 0; i < Samples; i++) for (var k = 0; k < 3; k++) c[i, k] = random.NextDouble();
        for (var j = 0; j < Features; j++) for (var k = 0; k < 3; k++) b[j, k] = j % 3 == k ? random.NextDouble() : 0;
        return [.. Enumerable.Range(0, Samples * Features).Select(i => (float)(0.1 * random.NextDouble() + Enumerable.Range(0, 3)
            .Sum(k => c[i / Features, k] * b[i % Features, k])))];
    }

    private static double Error(double[] basis, double[] coefficients)
    {
        var x = Data();
        var (error, norm) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var model = Enumerable.Range(0, 3).Sum(k => coefficients[i / Features * 3 + k] * basis[i % Features * 3 + k]);
            error += (x[i] - model) * (x[i] - model);
            norm += x[i] * x[i];
        }
        return Math.Sqrt(error / norm);
    }
}
