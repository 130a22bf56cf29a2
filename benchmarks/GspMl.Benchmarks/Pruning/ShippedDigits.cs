using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Pruning;

/// <summary>The trained models and the digits that ship with the project, in onnx-models/.</summary>
internal static partial class ShippedDigits
{
    private static readonly string Folder = Find();

    /// <summary>1,000 digits without labels: all that pruning may see.</summary>
    public static EvaluationData Calibration() => new([Inputs("digits-calibration-inputs.npy.gz")]);

    /// <summary>1,000 other digits with labels: for the tables alone.</summary>
    public static EvaluationData Test()
    {
        var (labels, _) = Read("digits-test-labels.npy.gz");
        return new([Inputs("digits-test-inputs.npy.gz")], MemoryMarshal.Cast<byte, long>(labels).ToArray());
    }

    /// <summary>A model by its name, without .onnx.</summary>
    public static OnnxModel Model(string name) => OnnxModel.Load(Path.Combine(Folder, $"{name}.onnx"));

    private static InputTensor Inputs(string file)
    {
        var (data, shape) = Read(file);
        return InputTensor.Create("input", MemoryMarshal.Cast<byte, float>(data).ToArray(), shape);
    }

    private static (byte[] Data, int[] Shape) Read(string file)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, file)), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();
        var start = 10 + BitConverter.ToUInt16(bytes, 8);
        var shape = ShapePattern().Match(Encoding.ASCII.GetString(bytes, 10, start - 10)).Groups[1].Value;
        return (bytes[start..], [.. shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "GspMl.sln"))) return Path.Combine(folder.FullName, "onnx-models");
        throw new DirectoryNotFoundException($"no GspMl.sln above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex(@"'shape': \(([\d, ]*)\)")]
    private static partial Regex ShapePattern();
}
