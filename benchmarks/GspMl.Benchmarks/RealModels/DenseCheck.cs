using GspMl.Benchmarks.RealModels.Judging;

namespace GspMl.Benchmarks.RealModels;

/// <summary>
/// `bench real-models check DIR`: what the dense models say of inputs whose truth is known. Inputs that a model can't make sense of would
/// judge nothing.
/// </summary>
internal static class DenseCheck
{
    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]);
        var read = new Readings(File.ReadAllLines(Path.ChangeExtension(folder.Data("ocr-rec/test"), ".txt")));
        Tell("recognition, against the text that was drawn", ((Readings)Answers(folder, "ocr-rec")).Against(read));
        var labels = folder.Read("ocr-cls/test-labels");
        var turned = ((Decisions)Answers(folder, "ocr-cls")).Scores;
        var right = Enumerable.Range(0, labels.Count).Count(row => Decisions.Largest(turned[row]) == labels[row][0]);
        Console.WriteLine($"direction: {right} of {labels.Count} right");
        foreach (var model in RealModel.All.Where(model => model.Name is "vad" || model.Name.StartsWith("wake-", StringComparison.Ordinal)))
            TellYes(model.Name, Answers(folder, model.Name));
        Spoken(folder);
    }

    private static IAnswers Answers(RealFolder folder, string name)
    {
        using var runner = new Runner(folder.Model($"{name}.onnx"));
        return RealModel.All.Single(model => model.Name == name).Answer(folder, runner);
    }

    private static void Tell(string what, IReadOnlyList<Measure> measures)
        => Console.WriteLine($"{what}: {string.Join(", ", measures.Select(measure => $"{measure.Name} {measure}"))}");

    private static void TellYes(string name, IAnswers answers)
    {
        if ((answers as YesOrNo)?.Probabilities is { } p || (p = (answers as Detections)?.Probabilities) is not null)
            Console.WriteLine($"{name}: yes to {p.Values.Count(value => value >= 0.5)} of {p.Values.Length}");
        if (answers is Decisions { Scores: var scores })
            Console.WriteLine($"{name}: " + string.Join(", ", Enumerable.Range(0, scores.Count)
                .CountBy(row => Decisions.Largest(scores[row])).OrderBy(count => count.Key)
                .Select(count => $"class {count.Key}: {count.Value}")));
    }

    /// <summary>Frames of speech in clips of noise alone, and in the others.</summary>
    private static void Spoken(RealFolder folder)
    {
        var texts = File.ReadAllLines(Path.ChangeExtension(folder.Data("speech/test"), ".txt"));
        var p = ((YesOrNo)Answers(folder, "vad")).Probabilities;
        foreach (var clips in Enumerable.Range(0, p.Count).GroupBy(clip => texts[clip].Length > 0).OrderBy(clips => clips.Key))
            Console.WriteLine($"vad, clips {(clips.Key ? "with speech" : "of noise")}: "
                + $"{clips.Average(clip => 100.0 * p[clip].ToArray().Count(value => value >= 0.5) / p.Width):f1} % frames of speech");
    }
}
