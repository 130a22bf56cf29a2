namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>
/// `bench real-models sweep DIR|FOLDER [PART]`: every .onnx file of DIR/onnx-testdata (or of the folder) whose path has PART, through the
/// command line in this process: as it is, and with all inputs but the first as constants. A code that is not documented, a model that
/// runs no more, or a count of zeros that an own reader does not find again is a fault; a fault makes the program exit 1.
/// </summary>
internal static class Sweep
{
    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]).Testdata is var testdata && Directory.Exists(testdata) ? testdata : args[0];
        var files = Directory.GetFiles(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, "*.onnx",
            SearchOption.AllDirectories);
        string[] chosen = [.. files.Where(file => args.Length < 2 || file.Contains(args[1], StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        var scratch = Directory.CreateTempSubdirectory("bench-sweep-");
        try
        {
            Tell("as they are", chosen, (file, samples) => SweptModel.RunAsync(file, samples, scratch.FullName));
            var frozen = Path.Combine(scratch.FullName, "frozen.onnx");
            Tell("inputs but the first as constants", chosen, (file, samples)
                => FrozenModel.Write(file, samples, frozen) ? SweptModel.RunAsync(frozen, samples, scratch.FullName) : null);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static void Tell(string title, string[] files, Func<string, string, Task<SweptModel>?> sweep)
    {
        Console.WriteLine($"{title}:");
        var models = new List<SweptModel>();
        foreach (var file in files)
        {
            if (sweep(file, Path.Combine(Path.GetDirectoryName(file)!, "test_data_set_0")) is not { } task) continue;
            var model = task.GetAwaiter().GetResult();
            models.Add(model);
            foreach (var fault in model.Faults) Console.WriteLine($"  {file}: {fault}");
            if (model.Refusal.Length > 0) Console.WriteLine($"  refused: {file}: {model.Refusal}");
        }
        Count(models);
    }

    private static void Count(List<SweptModel> models)
    {
        Console.WriteLine($"  {models.Count} models; inspect: {Codes(models.Select(model => model.Inspected))}");
        Console.WriteLine($"  {models.Count(model => model.Weights > 0)} with weights; "
            + $"prune: {Codes(models.Select(model => model.Pruned!.Value))}");
        Console.WriteLine($"  {models.Count(model => model.SourceRuns)} pruned ones whose source runs on its samples, "
            + $"{models.Count(model => model.ResultRuns)} of them run and give the same shapes");
        Console.WriteLine($"  {models.Sum(model => model.Counted)} tensors whose zeros were counted again");
        Console.WriteLine($"  {models.Sum(model => model.Faults.Count)} faults");
        if (models.Any(model => model.Faults.Count > 0)) Environment.ExitCode = 1;
    }

    private static string Codes(IEnumerable<int> codes)
        => string.Join(", ", codes.CountBy(code => code).OrderBy(count => count.Key).Select(count => $"{count.Value} exit {count.Key}"));
}
