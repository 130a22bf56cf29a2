using Google.Protobuf;
using GspMl.Cli.Shell;
using GspMl.Onnx.Proto;

namespace GspMl.Cli.Tests.Shell;

/// <summary>Nothing that a command reads is written over by what it writes beside its result.</summary>
public sealed class NamedTwiceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("sweep MODEL --inputs ROWS --latency-runs 0 --zeros 0.5 --report ROWS")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 --preset fast --calibration ROWS --picture ROWS")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 --preset fast --picture NEW --report NEW")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 -o SWEPT --picture SWEPT/lenet300-zeros-0.5.onnx")]
    [InlineData("sweep MODEL --inputs DIGITS --latency-runs 0 --zeros 0.5 -o SWEPT --save-recipe SWEPT/sweep.json")]
    [InlineData("eval MODEL --inputs ROWS --latency-runs 0 --report ROWS")]
    [InlineData("eval MODEL --inputs input=ROWS --latency-runs 0 --report ROWS")]
    [InlineData("prune MODEL -o NEW --zeros 0.5 --preset fast --calibration ROWS --report ROWS")]
    [InlineData("prune MODEL -o ROWS --zeros 0.5 --preset fast --calibration ROWS")]
    [InlineData("shrink MODEL -o ROWS --macs 0.5 --calibration ROWS")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --report ROWS")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --checkpoint NEW")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --checkpoint ROWS")]
    [InlineData("tune MODEL -o NEW --calibration ROWS --schedule rising --zeros 0.5 --checkpoint MODEL")]
    public async Task An_output_that_is_named_twice_is_refused_before_the_work(string line)
    {
        File.Copy(Models.TestInputs, folder.File("rows.npy.gz"));
        Directory.CreateDirectory(folder.File("swept"));

        var run = await CommandRun.Of([.. line.Split(' ').Select(Word)]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("is named twice", run.Messages, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Models.TestInputs), File.ReadAllBytes(folder.File("rows.npy.gz")));
    }

    [Theory]
    [InlineData("prune BESIDE -o NEW --zeros 0.5 --preset fast --report DATA", "is external data of")]
    [InlineData("prune BESIDE -o NEW --zeros 0.5 --preset fast --save-recipe DATA", "is external data of")]
    [InlineData("shrink BESIDE -o NEW --macs 0.3 --report DATA", "is external data of")]
    [InlineData("tune MODEL --teacher BESIDE -o NEW --calibration ROWS --report DATA", "is external data of")]
    [InlineData("tune MODEL --teacher BESIDE -o DATA --calibration ROWS", "is external data of")]
    [InlineData("eval MODEL --baseline BESIDE --inputs ROWS --latency-runs 0 --report DATA", "is external data of")]
    [InlineData("eval BESIDE --inputs ROWS --latency-runs 0 --report DATA", "is external data of")]
    [InlineData("sweep BESIDE --inputs ROWS --latency-runs 0 --zeros 0.5 --picture DATA", "is external data of")]
    [InlineData("shrink BESIDE -o NEW --macs 0.3 --report NEW.data", "may become external data of")]
    [InlineData("prune BESIDE -o NEW --zeros 0.5 --preset fast --report NEW.data.2", "may become external data of")]
    [InlineData("prune BESIDE -o SWEPT/m.onnx --zeros 0.5 --preset fast --report SWEPT/weights.bin", "may become external data of")]
    public async Task External_data_is_no_place_for_an_output(string line, string refusal)
    {
        File.Copy(Models.TestInputs, folder.File("rows.npy.gz"));
        Directory.CreateDirectory(folder.File("swept"));
        var data = SaveBeside();

        var run = await CommandRun.Of([.. line.Split(' ').Select(Word)]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(refusal, run.Messages, StringComparison.Ordinal);
        Assert.Equal(data, File.ReadAllBytes(folder.File("weights.bin")));
        Assert.Equal(["beside.onnx", "rows.npy.gz", "swept", "weights.bin"],
            Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>LeNet-300 with its weights in a file of their own.</summary>
    private byte[] SaveBeside()
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Models.LeNet300));
        using var data = new MemoryStream();
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.RawData.Length > 0))
        {
            var place = new[] { ("location", "weights.bin"), ("offset", $"{data.Position}"), ("length", $"{tensor.RawData.Length}") };
            foreach (var (key, value) in place)
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            tensor.RawData.WriteTo(data);
            tensor.ClearRawData();
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }
        File.WriteAllBytes(folder.File("beside.onnx"), model.ToByteArray());
        File.WriteAllBytes(folder.File("weights.bin"), data.ToArray());
        return data.ToArray();
    }

    private string Word(string word) => word.Replace("MODEL", Models.LeNet300, StringComparison.Ordinal)
        .Replace("DIGITS", Models.TestInputs, StringComparison.Ordinal)
        .Replace("ROWS", folder.File("rows.npy.gz"), StringComparison.Ordinal)
        .Replace("BESIDE", folder.File("beside.onnx"), StringComparison.Ordinal)
        .Replace("DATA", folder.File("weights.bin"), StringComparison.Ordinal)
        .Replace("NEW", folder.File("new"), StringComparison.Ordinal).Replace("SWEPT", folder.File("swept"), StringComparison.Ordinal);
}
