using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Projection;

namespace GspMl.Cli.Tests.Projection;

public sealed class ProjectCommandTests : IDisposable
{
    private const int Rows = 30;
    private const int Columns = 7;
    private readonly TemporaryFolder folder = new();
    private readonly double[] matrix = Gaussian(Rows * Columns);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_average_sparsity_of_the_columns_or_rows_meets_the_target(int axis)
    {
        var run = await Project(matrix, "--sparsity", "0.7", "--axis", $"{axis}");

        Assert.Equal((0, ""), (run.ExitCode, run.Messages));
        var vectors = axis == 0 ? ColumnsOf(Output()) : Output().Chunk(Columns);
        Assert.Equal(0.7, vectors.Average(v => HoyerSparsity.Of<double>(v)), 1e-9);
    }

    [Fact]
    public async Task A_zeros_target_is_met_to_one_entry()
    {
        await Project(matrix, "--zeros", "0.6");

        Assert.Equal(0.6 * Rows * Columns, Output().Count(x => x == 0), 1.0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Weights_that_cannot_be_are_told_by_their_file(double weight)
    {
        NpyWriter.Write<double>(folder.File("w.npy"), Enumerable.Repeat(weight, Rows).ToArray(), Rows);

        var run = await Project(matrix, "-s", "0.6", "--weights", folder.File("w.npy"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains($"weights {folder.File("w.npy")}: ", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vectors_of_one_entry_have_no_sparsity_to_tell()
    {
        var run = await Project(matrix, "-s", "0.6", "--axis", "1", "--weights", Ones());

        Assert.Contains("(average Hoyer)", run.Output, StringComparison.Ordinal);
        NpyWriter.Write<double>(folder.File("column.npy"), matrix, Rows * Columns, 1);
        run = await CommandRun.Of("project", folder.File("column.npy"), folder.File("out.npy"), "-s", "0.6", "--axis", "1");
        Assert.Contains("no vector has one: unchanged", run.Output, StringComparison.Ordinal);
        Assert.Equal(matrix, NpyReader.Read(folder.File("out.npy")).As<double>());
    }

    private string Ones()
    {
        NpyWriter.Write<double>(folder.File("ones.npy"), Enumerable.Repeat(1.0, Columns).ToArray(), Columns);
        return folder.File("ones.npy");
    }

    [Fact]
    public async Task Weights_may_be_one_vector_or_a_matrix()
    {
        var weights = Enumerable.Range(0, Rows).Select(i => 1 + i % 3.0).ToArray();
        NpyWriter.Write<double>(folder.File("one.npy"), weights, Rows);
        NpyWriter.Write<double>(folder.File("all.npy"), weights.SelectMany(w => Enumerable.Repeat(w, Columns)).ToArray(), Rows, Columns);

        await Project(matrix, "-s", "0.6", "--weights", folder.File("one.npy"));
        var one = Output();
        await Project(matrix, "-s", "0.6", "--weights", folder.File("all.npy"));

        Assert.Equal(one, Output());
        Assert.Equal(0.6, ColumnsOf(one).Average(v => HoyerSparsity.Of<double>(v, weights)), 1e-9);
    }

    [Fact]
    public async Task Float32_stays_float32()
    {
        NpyWriter.Write<float>(folder.File("in.npy"), Array.ConvertAll(matrix, x => (float)x), Rows, Columns);

        var run = await CommandRun.Of("project", folder.File("in.npy"), folder.File("out.npy"), "-s", "0.5");

        Assert.Equal(0, run.ExitCode);
        Assert.IsType<float[]>(NpyReader.Read(folder.File("out.npy")).Values);
    }

    [Fact]
    public async Task Json_is_one_object_and_nothing_else()
    {
        var run = await Project(matrix, "-s", "0.8", "--format", "json");

        Assert.Equal("met", run.Json.GetProperty("ending").GetString());
        Assert.Equal(0.8, run.Json.GetProperty("sparsity").GetDouble(), 1e-9);
        Assert.Equal(Columns, run.Json.GetProperty("vectors").GetInt32());
    }

    [Theory]
    [InlineData(ExitCode.WrongUsage, "give --sparsity S or --zeros Z")]
    [InlineData(ExitCode.WrongUsage, "exclude each other", "--sparsity", "0.5", "--zeros", "0.5")]
    [InlineData(ExitCode.WrongUsage, "not between 0 and 1", "--sparsity", "1.5")]
    [InlineData(ExitCode.WrongUsage, "'0,5' is no number", "--sparsity", "0,5")]
    [InlineData(ExitCode.WrongUsage, "'0,001' is no number", "--sparsity", "0.5", "--tolerance", "0,001")]
    [InlineData(ExitCode.WrongUsage, "--tolerance: more than 0", "--sparsity", "0.5", "--tolerance", "0")]
    [InlineData(ExitCode.WrongUsage, "--axis: '2' is none of 0, 1", "--sparsity", "0.5", "--axis", "2")]
    [InlineData(ExitCode.WrongUsage, "--sparcity", "--sparcity", "0.5")]
    [InlineData(ExitCode.BadInput, "no such file", "--sparsity", "0.5", "--weights", "nowhere.npy")]
    public async Task Wrong_usage_and_bad_input_are_told_apart(int exitCode, string message, params string[] options)
    {
        var run = await Project(matrix, options);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
        Assert.False(File.Exists(folder.File("out.npy")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nowhere/out.npy")]
    public async Task An_output_that_cannot_be_is_refused_before_the_input_is_read(string output)
    {
        var run = await CommandRun.Of("project", "nosuch.npy", output, "-s", "0.5");

        Assert.InRange(run.ExitCode, ExitCode.WrongUsage, ExitCode.BadInput);
        Assert.DoesNotContain("nosuch.npy", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_a_number_is_refused_with_its_place()
    {
        matrix[3 * Columns + 2] = double.NaN;

        var run = await Project(matrix, "-s", "0.5");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("in.npy", run.Messages, StringComparison.Ordinal);
        Assert.Contains("Entry 3 of vector 2 is NaN", run.Messages, StringComparison.Ordinal);
        Assert.Contains("vectors are the columns", run.Messages, StringComparison.Ordinal);
        Assert.Equal([folder.File("in.npy")], Directory.GetFiles(folder.Path));
    }

    private async Task<CommandRun> Project(double[] matrix, params string[] options)
    {
        NpyWriter.Write<double>(folder.File("in.npy"), matrix, Rows, Columns);
        return await CommandRun.Of(["project", folder.File("in.npy"), folder.File("out.npy"), .. options]);
    }

    private double[] Output() => NpyReader.Read(folder.File("out.npy")).As<double>();

    private static IEnumerable<double[]> ColumnsOf(double[] matrix) =>
        Enumerable.Range(0, Columns).Select(j => Enumerable.Range(0, Rows).Select(i => matrix[i * Columns + j]).ToArray());

    private static double[] Gaussian(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count)
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
