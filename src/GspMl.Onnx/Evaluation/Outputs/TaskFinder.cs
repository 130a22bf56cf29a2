using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>
/// Finds what an output is for, from its shape, its values, its name and the end of the graph. Careful with classes: what has no softmax,
/// no telling name and no clear winners is compared by its values, which is right for scores too.
/// </summary>
/// <param name="output">The output with the baseline's values.</param>
/// <param name="ending">What the graph says of it.</param>
internal sealed class TaskFinder(OutputTensor output, OutputEnding? ending)
{
    // Shorter vectors are rather numbers that count by themselves: coordinates, angles, amounts.
    private const int ShortestEmbedding = 16;

    // Classifiers with more classes and no softmax, name or known number of classes look like embeddings.
    private const int MostClassesByLook = 100;

    private readonly ValueLook look = new(output);

    /// <summary>The axes of a row that are longer than one.</summary>
    private readonly int[] axes = [.. Enumerable.Range(0, output.RowShape.Count).Where(axis => output.RowShape[axis] > 1)];

    public static TaskChoice Find(OutputTensor output, OutputEnding? ending)
        => output.RowLength == 0 ? new(OutputTask.Regression, "it has no rows") : new TaskFinder(output, ending).Find();

    private TaskChoice Find() => axes.Length switch
    {
        _ when output.IsWhole => OfWholeNumbers(),
        0 => OfOneValue(),
        1 => OfVector(),
        _ => OfGrid(),
    };

    private TaskChoice OfWholeNumbers() => axes.Length switch
    {
        0 => new(OutputTask.Classes, "it is one whole number a row"),
        1 => new(OutputTask.Sequence, "it is a row of whole numbers"),
        _ => new(OutputTask.Map, $"a row has {axes.Length} axes"),
    };

    private TaskChoice OfOneValue() => ending == OutputEnding.Probability && look.IsWithinUnit()
        ? new(OutputTask.Classes, "it is one probability a row, out of a sigmoid: yes over 0.5") { Threshold = 0.5 }
        : new(OutputTask.Regression, "it is one value a row");

    private TaskChoice OfVector() => Classes() is { } reason
        ? new(OutputTask.Classes, reason) { ClassAxis = axes[0] }
        : ending == OutputEnding.Probability && look.IsWithinUnit()
        ? new(OutputTask.Map, "its values come out of a sigmoid: yes or no at each place") { Threshold = 0.5 }
        : Vector();

    /// <summary>Why the values of a row are the scores of classes; null where they are rather not.</summary>
    private string? Classes()
    {
        if (look.IsDistribution(axes[0], logarithms: false))
            return ending == OutputEnding.Distribution ? "it comes out of a softmax"
                : "the values of each row are probabilities that add up to 1";
        if (ending == OutputEnding.LogDistribution) return "it comes out of a log-softmax";
        if (NameHint.IsEmbedding(output.Name)) return null;
        if (NameHint.IsClasses(output.Name)) return "its name says so";
        if (ending is not null || look.HasUnitLength() || look.IsRectified()) return null;
        if (output.RowLength is 1000 or 1001) return "it has as many values a row as ImageNet has classes";
        return output.RowLength <= MostClassesByLook && look.HasClearWinners() ? "each row has one clear winner, not always the same"
            : null;
    }

    private TaskChoice Vector()
    {
        if (NameHint.IsEmbedding(output.Name)) return new(OutputTask.Embedding, "its name says so");
        if (look.HasUnitLength()) return new(OutputTask.Embedding, "its rows have length 1");
        return output.RowLength >= ShortestEmbedding
            ? new(OutputTask.Embedding, $"it has {output.RowLength} values a row and no sign of classes")
            : new(OutputTask.Regression, $"it has {output.RowLength} values a row and no sign of classes");
    }

    private TaskChoice OfGrid()
    {
        if (BoxLayout.Find(output) is { } boxes && (NameHint.IsBoxes(output.Name) || boxes.IsTold))
            return new(OutputTask.Boxes, NameHint.IsBoxes(output.Name) ? "its name says so" : $"its values look like {boxes}");
        if (ClassAxis() is not { } axis)
            return ending == OutputEnding.Probability && look.IsWithinUnit()
                ? new(OutputTask.Map, "its values come out of a sigmoid: yes or no at each place") { Threshold = 0.5 }
                : new(OutputTask.Map, $"a row has {axes.Length} axes");
        return axes.Length == 2 && CtcReading.FindBlank(output, axis) is { } blank
            ? new(OutputTask.Sequence, $"symbols compete at each step, and number {blank} wins as often as a blank does")
            { ClassAxis = axis, Blank = blank }
            : new(OutputTask.Map, $"{output.RowShape[axis]} classes compete at each place") { ClassAxis = axis };
    }

    /// <summary>The axis along which classes compete; null where none is found.</summary>
    private int? ClassAxis()
    {
        foreach (var axis in axes.Reverse())
            if (look.IsDistribution(axis, logarithms: false) || (ending == OutputEnding.LogDistribution && look.IsDistribution(axis, true)))
                return axis;
        return axes.Length == 2 && NameHint.IsClasses(output.Name) ? axes[1] : null;
    }
}
