using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>Why outputs are judged as they are, and what ran them.</summary>
internal static class EvalReasons
{
    public static IEnumerable<string> Of(EvaluationResult first, EvaluationOptions options)
    {
        foreach (var output in first.Outputs)
            if (output.Task is { } task) yield return JudgementWords.Taken(output.Name, task);
        if (first.ClassesOutput is { } classes) yield return $"classes are read from '{classes}'";
        yield return $"{Where.Of(first)} ran {Format.Count(first.Rows, "row")}{(first.ProviderNote is { } note ? $": {note}" : "")}";
        if (first.SingleRow is { } single)
            yield return $"latencies: {Format.Count(single.Runs, "round")} after {options.WarmUpRuns} to warm up, the models in turns, "
                + "every other round the other way about";
    }
}
