using GspMl.Cli.Npy;

namespace GspMl.Cli.Tests.Encode;

public sealed class EncodeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData()]
    [InlineData("--batch", "2")]
    public async Task Rows_that_the_basis_makes_are_found_again(params string[] arguments)
    {
        double[] basis = [1, 0, 1, 1, 0, 1], coefficients = [2, 0, 0, 3, 1, 1]; // 3 × 2 and 3 × 2
        var rows = from i in Enumerable.Range(0, 3) from j in Enumerable.Range(0, 3) select coefficients[2 * i] * basis[2 * j]
            + coefficients[2 * i + 1] * basis[2 * j + 1];
        NpyWriter.Write<double>(folder.File("b.npy"), basis, 3, 2);
        NpyWriter.Write<double>(folder.File("x.npy"), rows.ToArray(), 3, 3);

        var run = await CommandRun.Of(["encode", folder.File("x.npy"), "--basis", folder.File("b.npy"), "-o", folder.File("c.npy"),
            "--format", "json", .. arguments]);

        Assert.Equal(0, run.ExitCode);
        Assert.All(coefficients.Zip(NpyReader.Read(folder.File("c.npy")).As<double>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(0, run.Json.GetProperty("relativeError").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task A_basis_of_other_features_is_bad_input()
    {
        NpyWriter.Write<double>(folder.File("b.npy"), new double[] { 1, 2, 3, 4 }, 4, 1);
        NpyWriter.Write<double>(folder.File("x.npy"), new double[] { 1, 2, 3 }, 1, 3);
        var run = await CommandRun.Of("encode", folder.File("x.npy"), "--basis", folder.File("b.npy"), "-o", folder.File("c.npy"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The data have 3 features; the basis has 4.", run.Messages);
        Assert.False(File.Exists(folder.File("c.npy")));
    }
}
