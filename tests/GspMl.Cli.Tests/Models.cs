namespace GspMl.Cli.Tests;

/// <summary>The models and digits in onnx-models/, found from wherever the tests run.</summary>
internal static class Models
{
    private static readonly string Folder = Find(AppContext.BaseDirectory);

    public static string LeNet5 => Path.Combine(Folder, "lenet5.onnx");

    public static string LeNet300 => Path.Combine(Folder, "lenet300.onnx");

    public static string TestInputs => Path.Combine(Folder, "digits-test-inputs.npy.gz");

    public static string TestLabels => Path.Combine(Folder, "digits-test-labels.npy.gz");

    /// <summary>The folder of the repository.</summary>
    public static string Root => Path.GetDirectoryName(Folder)!;

    private static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "GspMl.sln"))) folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new DirectoryNotFoundException("No GspMl.sln above the tests."), "onnx-models");
    }
}
