namespace GspMl.Benchmarks.Onnx;

/// <summary>What pruning or shrinking a large model costs: the time against copying the file, and the peak memory.</summary>
internal static class OnnxSize
{
    private static readonly string[] Forms = [OnnxMemory.Shrinking, "fast", "paper", "filter", "input", "layer", "filter-in-model"];

    /// <summary>
    /// Runs a comparison; arguments: time [FOLDER], or memory [FORM] [hoyer] [inline] [LAYERS] [FOLDER]; both comparisons without any.
    /// Files go to the temporary folder unless another is named.
    /// </summary>
    public static void Run(string[] arguments)
    {
        var parent = arguments.FirstOrDefault(Directory.Exists) ?? Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"gspml-bench-{Path.GetRandomFileName()}")).FullName;
        try
        {
            if (arguments.Length == 0 || arguments.Contains("time")) OnnxTime.Run(folder);
            if (arguments.Length == 0 || arguments.Contains("memory"))
                new OnnxMemory(Layers(arguments), !arguments.Contains("inline")).Run(folder,
                    arguments.FirstOrDefault(Forms.Contains) ?? "filter", arguments.Contains("hoyer"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Layers(string[] arguments)
        => arguments.Select(word => int.TryParse(word, out var layers) ? layers : 0).FirstOrDefault(layers => layers > 0, 32);
}
