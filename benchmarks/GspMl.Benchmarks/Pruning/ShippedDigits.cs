using GspMl.Cli.Npy;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Pruning;

/// <summary>The trained models and the digits that ship with the project, in onnx-models/.</summary>
internal static class ShippedDigits
{
    private static readonly string Folder = Find();

    /// <summary>1,000 digits without labels: all that pruning may see.</summary>
    public static EvaluationData Calibration() => new([Inputs("digits-calibration-inputs.npy.gz")]);

    /// <summary>1,000 other digits with labels: for the tables alone.</summary>
    public static EvaluationData Test()
    {
        var labels = NpyReader.Read(Path.Combine(Folder, "digits-test-labels.npy.gz"));
        return new([Inputs("digits-test-inputs.npy.gz")], labels.As<long>());
    }

    /// <summary>A model by its name, without .onnx.</summary>
    public static OnnxModel Model(string name) => OnnxModel.Load(Path.Combine(Folder, $"{name}.onnx"));

    private static InputTensor Inputs(string file)
    {
        var array = NpyReader.Read(Path.Combine(Folder, file));
        return InputTensor.Create("input", array.As<float>(), [.. array.Shape]);
    }

    /// <summary>
    /// Beside the program where it was published with the models, else in the repository; not the few that the demo has in its output.
    /// </summary>
    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "onnx-models") is var models && File.Exists(Path.Combine(models, "vit_tiny.onnx")))
                return models;
        throw new DirectoryNotFoundException($"no onnx-models with all nets above {AppContext.BaseDirectory}");
    }
}
