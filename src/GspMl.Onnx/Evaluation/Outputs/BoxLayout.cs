namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>How four numbers tell a box.</summary>
internal enum BoxForm
{
    /// <summary>Left, top, right, bottom.</summary>
    Corners,

    /// <summary>The centre's x and y, width, height.</summary>
    Centre,
}

/// <summary>What follows a box's four numbers.</summary>
internal enum BoxScores
{
    /// <summary>Nothing: boxes are told apart by their places.</summary>
    None,

    /// <summary>A score for each class.</summary>
    Classes,

    /// <summary>A score that there is anything, then one for each class if there is.</summary>
    ObjectnessAndClasses,

    /// <summary>The score and the number of the class.</summary>
    ScoreAndClass,
}

/// <summary>How an output holds boxes.</summary>
/// <param name="Axis">The axis of a row's shape along which a box's numbers lie.</param>
/// <param name="Form">What the first four are.</param>
/// <param name="Scores">What the others are.</param>
internal sealed record BoxLayout(int Axis, BoxForm Form, BoxScores Scores)
{
    // Of boxes of which a few are degenerate.
    private const double Nearly = 0.99;

    // Detectors put out thousands of boxes, most of them of low score.
    private const int FewestBoxesByLook = 100;

    private const int NumbersOfBox = 4;

    /// <summary>Whether values like these are hardly anything but boxes.</summary>
    public bool IsTold { get; private init; }

    /// <summary>Null where the shape or the values are no boxes as they are known here.</summary>
    public static BoxLayout? Find(OutputTensor output)
    {
        var axes = Enumerable.Range(0, output.RowShape.Count).Where(axis => output.RowShape[axis] > 1).ToList();
        return axes.Count != 2 ? null : OfLast(output, axes[1]) ?? WithClasses(output, axes[0], BoxScores.Classes) ?? Bare(output, axes[0]);
    }

    public override string ToString() => $"{BoxText}{ScoresText}";

    private string BoxText => Form == BoxForm.Corners ? "left, top, right, bottom" : "centre x, centre y, width, height";

    private string ScoresText => Scores switch
    {
        BoxScores.None => "",
        BoxScores.Classes => " and a score for each class",
        BoxScores.ObjectnessAndClasses => ", a score of there being anything and one for each class",
        _ => ", score, class",
    };

    private static BoxLayout? OfLast(OutputTensor output, int axis) => ScoreAndClass(output, axis) ?? WithClasses(output, axis,
        output.RowShape[axis] > NumbersOfBox + 1 ? BoxScores.ObjectnessAndClasses : BoxScores.Classes) ?? Bare(output, axis);

    private static BoxLayout? ScoreAndClass(OutputTensor output, int axis)
    {
        var boxes = new Positions(output, axis);
        return boxes.Depth == NumbersOfBox + 2 && Share(boxes, (row, box) => boxes[row, box, 4] is >= 0 and <= 1
                && float.IsInteger(boxes[row, box, 5]) && boxes[row, box, 5] >= -1) == 1 && FormOf(boxes) is { } form
            ? new(axis, form, BoxScores.ScoreAndClass) { IsTold = true } : null;
    }

    private static BoxLayout? WithClasses(OutputTensor output, int axis, BoxScores scores)
    {
        var boxes = new Positions(output, axis);
        if (boxes.Depth <= NumbersOfBox || boxes.Depth > boxes.PerRow || boxes.PerRow < FewestBoxesByLook) return null;
        var scored = Share(boxes, (row, box) => Enumerable.Range(4, boxes.Depth - 4).All(at => boxes[row, box, at] is >= 0 and <= 1));
        var sized = Share(boxes, (row, box) => boxes[row, box, 2] >= 0 && boxes[row, box, 3] >= 0);
        var beyond = Share(boxes, (row, box) => boxes[row, box, 0] > 1 || boxes[row, box, 1] > 1);
        return scored == 1 && sized >= Nearly ? new(axis, BoxForm.Centre, scores) { IsTold = beyond > 0.5 } : null;
    }

    private static BoxLayout? Bare(OutputTensor output, int axis)
    {
        var boxes = new Positions(output, axis);
        return boxes.Depth == NumbersOfBox && FormOf(boxes) is { } form ? new(axis, form, BoxScores.None) : null;
    }

    private static BoxForm? FormOf(Positions boxes)
    {
        if (Share(boxes, (row, box) => boxes[row, box, 2] >= boxes[row, box, 0] && boxes[row, box, 3] >= boxes[row, box, 1]) >= Nearly)
            return BoxForm.Corners;
        return Share(boxes, (row, box) => boxes[row, box, 2] >= 0 && boxes[row, box, 3] >= 0) >= Nearly ? BoxForm.Centre : null;
    }

    /// <summary>The fraction of boxes for which something holds.</summary>
    private static double Share(Positions boxes, Func<int, int, bool> holds)
        => Enumerable.Range(0, boxes.Count).Count(i => holds(i / boxes.PerRow, i % boxes.PerRow)) / (double)boxes.Count;
}
