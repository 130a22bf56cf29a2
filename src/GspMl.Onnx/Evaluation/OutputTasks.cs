using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Evaluation;

/// <summary>Decides what each output is for: what the caller says goes first, then labels, then what the first model shows.</summary>
/// <param name="model">The first model: the baseline of a comparison.</param>
/// <param name="options">What the caller says.</param>
/// <param name="labels">Whether there are labels; they are those of classes.</param>
internal sealed class OutputTasks(OnnxModel model, EvaluationOptions options, bool labels)
{
    /// <summary>All models' outputs with their tasks.</summary>
    /// <exception cref="OnnxModelException">The caller speaks of an output that is not there, or that its task does not fit.</exception>
    public IReadOnlyList<IReadOnlyList<OutputTensor>> Of(IReadOnlyList<IReadOnlyList<OutputTensor>> models)
    {
        var first = models[0];
        foreach (var name in options.Tasks.Select(named => named.Output).Append(options.Output).OfType<string>())
            if (first.All(output => output.Name != name))
                throw new OnnxModelException($"{model.Path} has no numeric output '{name}'; it has "
                    + $"{string.Join(", ", first.Select(output => $"'{output.Name}'"))}.");
        CheckFits(first);
        var found = first.ToDictionary(output => output.Name, Choose);
        if (IsOfLabels(first, found)) found[first[0].Name] = Read(first[0], "there are labels") ?? found[first[0].Name];
        if (options.Blank is { } blank && found.Values.All(choice => choice.Task != OutputTask.Sequence))
            throw new OnnxModelException($"{model.Path}: there is no sequence in which {blank} could be the blank symbol: "
                + string.Join(", ", found.Select(choice => $"'{choice.Key}' is taken as {choice.Value.Task.ToString().ToLowerInvariant()}"))
                + ".");
        return [.. models.Select(outputs => (IReadOnlyList<OutputTensor>)[.. outputs.Select(output => output with
        {
            Task = Same(first, output) is null ? TaskFinder.Find(output, ending: null) : found[output.Name],
        })])];
    }

    /// <summary>Whether labels can only be those of the first output, though it does not look so.</summary>
    private bool IsOfLabels(IReadOnlyList<OutputTensor> outputs, Dictionary<string, TaskChoice> found) => labels && options.Output is null
        && outputs.Count > 0 && !found[outputs[0].Name].IsGiven && found.Values.All(choice => choice.Task != OutputTask.Classes);

    private static OutputTensor? Same(IReadOnlyList<OutputTensor> first, OutputTensor output)
        => first.FirstOrDefault(other => (other.Name, other.RowLength) == (output.Name, output.RowLength));

    private TaskChoice Choose(OutputTensor output)
    {
        if (options.Tasks.FirstOrDefault(named => named.Output == output.Name) is { } own)
            return TaskFitting.Obstacle(output, own.Task, options.Threshold) is { } obstacle
                ? throw new OnnxModelException($"{model.Path}: output '{output.Name}' {output.ShapeText} cannot be judged as "
                    + $"{own.Task.ToString().ToLowerInvariant()}: {obstacle}.")
                : Given(output, own.Task, "it was said to be");
        if (output.Name == options.Output && Read(output, "classes are read from it") is { } named) return named;
        if (ForAll is { } task && TaskFitting.Obstacle(output, task, options.Threshold) is null)
            return Given(output, task, "it was said to be");
        if (options.Threshold is not null && output.RowLength == 1 && Read(output, "there is a threshold") is { } sides) return sides;
        var found = TaskFinder.Find(output, GraphEnding.Of(model, output.Name));
        return found with
        {
            Threshold = found.Threshold is null ? null : options.Threshold ?? found.Threshold,
            Blank = found.Task == OutputTask.Sequence ? options.Blank ?? found.Blank : 0,
        };
    }

    private OutputTask? ForAll => options.Tasks.FirstOrDefault(named => named.Output is null)?.Task;

    /// <summary>Classes, where the output can be read so.</summary>
    private TaskChoice? Read(OutputTensor output, string reason)
        => TaskFitting.Obstacle(output, OutputTask.Classes, options.Threshold) is null ? Given(output, OutputTask.Classes, reason) : null;

    private TaskChoice Given(OutputTensor output, OutputTask task, string reason)
        => TaskFitting.Of(output, GraphEnding.Of(model, output.Name), task, reason, options.Threshold, options.Blank);

    private void CheckFits(IReadOnlyList<OutputTensor> outputs)
    {
        if (ForAll is not { } task || outputs.Any(output => TaskFitting.Obstacle(output, task, options.Threshold) is null)) return;
        throw new OnnxModelException($"{model.Path}: none of its outputs can be judged as {task.ToString().ToLowerInvariant()}: "
            + string.Join("; ", outputs.Select(output
                => $"'{output.Name}' {output.ShapeText}: {TaskFitting.Obstacle(output, task, options.Threshold)}")) + ".");
    }
}
