using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>Fills in what a task that the caller named needs to know of the output.</summary>
internal static class TaskFitting
{
    private const double Even = 0.5;

    /// <summary>What stands against judging the output so; null where nothing does.</summary>
    public static string? Obstacle(OutputTensor output, OutputTask task, double? threshold)
    {
        if (task == OutputTask.Regression) return null;
        if (output.RowLength == 0) return "it has no rows";
        var axes = output.RowShape.Count(extent => extent > 1);
        return task switch
        {
            OutputTask.Classes when output.RowLength == 1 && threshold is null && !output.IsWhole => "one value a row needs a threshold",
            OutputTask.Sequence when !output.IsWhole && axes < 2 => "a row needs steps and symbols",
            OutputTask.Embedding or OutputTask.Map when output.RowLength < 2 => "a row has one value",
            _ => null,
        };
    }

    /// <param name="output">The output.</param>
    /// <param name="ending">What the graph says of it.</param>
    /// <param name="task">What it is said to be for.</param>
    /// <param name="reason">Who said so.</param>
    /// <param name="threshold">What the caller said of yes and no.</param>
    /// <param name="blank">What the caller said of blanks.</param>
    public static TaskChoice Of(OutputTensor output, OutputEnding? ending, OutputTask task, string reason, double? threshold, int? blank)
    {
        var choice = new TaskChoice(task, reason) { IsGiven = true, Threshold = threshold };
        return task switch
        {
            OutputTask.Sequence when !output.IsWhole => choice with { ClassAxis = SymbolAxis(output), Blank = blank ?? 0 },
            OutputTask.Map => choice with { ClassAxis = CompetingAxis(output), Threshold = threshold ?? Probabilities(output, ending) },
            OutputTask.Classes when output.RowLength == 1 && !output.IsWhole => choice with { Threshold = threshold ?? Even },
            _ => choice,
        };
    }

    /// <summary>Where probabilities add up to 1, else the last axis.</summary>
    private static int SymbolAxis(OutputTensor output)
        => CompetingAxis(output) ?? Enumerable.Range(0, output.RowShape.Count).Last(axis => output.RowShape[axis] > 1);

    private static int? CompetingAxis(OutputTensor output)
    {
        var look = new ValueLook(output);
        return Enumerable.Range(0, output.RowShape.Count).Where(axis => output.RowShape[axis] > 1).Reverse().Select(axis => (int?)axis)
            .FirstOrDefault(axis => look.IsDistribution(axis!.Value, false) || look.IsDistribution(axis.Value, true));
    }

    private static double? Probabilities(OutputTensor output, OutputEnding? ending)
        => ending == OutputEnding.Probability && new ValueLook(output).IsWithinUnit() ? Even : null;
}
