using System.Globalization;
using GspMl.Cli.Shell;
using GspMl.Cli.Tests.Cluster;

namespace GspMl.Cli.Tests.Shrink;

/// <summary>
/// Models that are larger than the memory a run may take. GSPML_LARGE_LAYERS says how many layers of 67 MB (60 are 4 GB) in place of a few.
/// </summary>
public sealed class LargeModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_is_shrunk_in_less_memory_than_it_has_weights()
    {
        // Elsewhere the limit does not bind ONNX Runtime.
        if (!OperatingSystem.IsLinux()) return;
        var layers = int.TryParse(Environment.GetEnvironmentVariable("GSPML_LARGE_LAYERS"), CultureInfo.InvariantCulture, out var more)
            ? more : 7;
        LargeModel.Save(folder.File("m.onnx"), layers);

        using var tool = new Tool("shrink", folder.File("m.onnx"), "-o", folder.File("o.onnx"), "--macs", "0.5", "--max-memory", "448M");
        var (code, text) = await tool.EndAsync(TimeSpan.FromMinutes(layers));

        Assert.True(code == ExitCode.Done, text);
        var sizes = Directory.GetFiles(folder.Path, "*.data").Select(file => new FileInfo(file).Length).Order().ToList();
        // Half of it, and what aligned places leave free.
        Assert.InRange((double)sizes[0] / sizes[1], 0.4, 0.501);
    }
}
