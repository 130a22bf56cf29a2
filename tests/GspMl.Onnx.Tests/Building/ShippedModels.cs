using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace GspMl.Onnx.Tests.Building;

/// <summary>The models and digits in onnx-models/.</summary>
internal static partial class ShippedModels
{
    private static readonly Lazy<string> Folder = new(Find);

    public static string PathOf(string file) => Path.Combine(Folder.Value, file);

    /// <summary>The first digits of the test set with their labels.</summary>
    public static EvaluationData Digits(int rows = 1000)
    {
        var (inputs, shape) = Read("digits-test-inputs.npy.gz");
        var (labels, _) = Read("digits-test-labels.npy.gz");
        var length = shape.Skip(1).Aggregate(1, (product, extent) => product * extent);
        var values = MemoryMarshal.Cast<byte, float>(inputs)[..(rows * length)].ToArray();
        return new([InputTensor.Create("input", values, [rows, .. shape.Skip(1)])], MemoryMarshal.Cast<byte, long>(labels)[..rows].ToArray());
    }

    /// <summary>The first digits of the calibration set.</summary>
    public static EvaluationData CalibrationDigits(int rows)
    {
        var (inputs, shape) = Read("digits-calibration-inputs.npy.gz");
        var length = shape.Skip(1).Aggregate(1, (product, extent) => product * extent);
        return new([InputTensor.Create("input", MemoryMarshal.Cast<byte, float>(inputs)[..(rows * length)].ToArray(), [rows, .. shape.Skip(1)])]);
    }

    private static (byte[] Data, int[] Shape) Read(string file)
    {
        using var stream = new GZipStream(File.OpenRead(PathOf(file)), CompressionMode.Decompress);
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
            if (Directory.Exists(Path.Combine(folder.FullName, "onnx-models"))) return Path.Combine(folder.FullName, "onnx-models");
        throw new DirectoryNotFoundException($"no onnx-models folder above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex(@"'shape': \(([\d, ]*)\)")]
    private static partial Regex ShapePattern();
}
