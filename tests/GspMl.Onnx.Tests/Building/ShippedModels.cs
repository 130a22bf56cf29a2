using GspMl.Cli.Npy;

namespace GspMl.Onnx.Tests.Building;

/// <summary>The models and digits in onnx-models/.</summary>
internal static class ShippedModels
{
    private static readonly Lazy<string> Folder = new(Find);

    public static string PathOf(string file) => Path.Combine(Folder.Value, file);

    /// <summary>The first digits of the test set with their labels.</summary>
    public static EvaluationData Digits(int rows = 1000)
        => new([Inputs("digits-test-inputs.npy.gz", rows)], NpyReader.Read(PathOf("digits-test-labels.npy.gz")).As<long>()[..rows]);

    /// <summary>The first digits of the calibration set.</summary>
    public static EvaluationData CalibrationDigits(int rows) => new([Inputs("digits-calibration-inputs.npy.gz", rows)]);

    private static InputTensor Inputs(string file, int rows)
    {
        var digits = NpyReader.Read(PathOf(file));
        var values = digits.As<float>();
        return InputTensor.Create("input", values[..(values.Length / digits.Shape[0] * rows)], [rows, .. digits.Shape.Skip(1)]);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "GspMl.sln"))) return Path.Combine(folder.FullName, "onnx-models");
        throw new DirectoryNotFoundException($"no GspMl.sln above {AppContext.BaseDirectory}");
    }
}
