using GspMl.Cli.Shell;

namespace GspMl.Cli.Demo;

/// <summary>The model and digits that travel with the tool; see onnx-models/README.md.</summary>
internal static class ShippedFiles
{
    public static string LeNet5 => Find("lenet5.onnx");

    public static string TestInputs => Find("digits-test-inputs.npy.gz");

    public static string TestLabels => Find("digits-test-labels.npy.gz");

    public static string CalibrationInputs => Find("digits-calibration-inputs.npy.gz");

    private static string Find(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "onnx-models", name);
        return File.Exists(path) ? path : throw CommandException.Input($"{path}: missing; this copy of gspml is incomplete.");
    }
}
