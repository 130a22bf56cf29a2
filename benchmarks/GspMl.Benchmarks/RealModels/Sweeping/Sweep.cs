namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>
/// `bench real-models sweep DIR|FOLDER [PART]`: every .onnx file of DIR/onnx-testdata (or of the folder) whose path has PART, through the
/// command line in this process. A code that is not documented, a model that runs no more, or a count of zeros that an own reader does not
/// find again is a fault; a fault makes the program exit 1.
/// </summary>
internal static class Sweep
{
    public static void Run(string[] args) => RunAsync(args).GetAwaiter().GetResult();

    private static async Task RunAsync(string[] args)
    {
        var folder = new RealFolder(args[0]).Testdata is var testdata && Directory.Exists(testdata) ? testdata : args[0];
        var files = Directory.GetFiles(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, "*.onnx", SearchOption.AllDirectories)
            .Where(file => args.Length < 2 || file.Contains(args[1], StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var scratch = Directory.CreateTempSubdirectory("bench-sweep-");
        var models = new List<SweptModel>();
        foreach (var file in files)
        {
            models.Add(await SweptModel.RunAsync(file, scratch.FullName));
            foreach (var fault in models[^1].Faults) Console.WriteLine($"{file}: {fault}");
        }
        scratch.Delete(recursive: true);
        Tell(models);
    }

    private static void Tell(List<SweptModel> models)
    {
        Console.WriteLine($"{models.Count} models; inspect: {Codes(models.Select(model => model.Inspected))}");
        Console.WriteLine($"{models.Count(model => model.Weights > 0)} with weights; prune: {Codes(models.Select(model => model.Pruned ?? -1))}");
        Console.WriteLine($"{models.Count(model => model.SourceRuns)} pruned models whose source runs on its samples, "
            + $"{models.Count(model => model.ResultRuns)} of them run and give the same shapes");
        Console.WriteLine($"{models.Sum(model => model.Counted)} tensors whose zeros were counted again");
        Console.WriteLine($"{models.Sum(model => model.Faults.Count)} faults");
        Environment.ExitCode = models.Any(model => model.Faults.Count > 0) ? 1 : 0;
    }

    private static string Codes(IEnumerable<int> codes)
        => string.Join(", ", codes.CountBy(code => code).OrderBy(count => count.Key).Select(count => $"{count.Value} exit {count.Key}"));
}
