using GspMl.Onnx;

namespace GspMl.Training.Losses;

/// <summary>The output that labels are classes of, and whether each label is one of them.</summary>
internal static class LabelledOutput
{
    /// <param name="path">The model, for messages.</param>
    /// <param name="outputs">What the teacher puts out for all rows.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="name">Which output; null for the first that has as many classes as the labels need.</param>
    /// <exception cref="OnnxModelException">There are not as many labels as rows, no output has classes, or a label is none of
    /// them.</exception>
    public static TeacherOutput Of(string path, IReadOnlyList<TeacherOutput> outputs, IReadOnlyList<long> labels, string? name)
    {
        if (outputs[0].Rows.Length is var rows && rows != labels.Count)
            throw new OnnxModelException($"{path}: there are {labels.Count} labels for {rows} rows.");
        var withClasses = outputs.Where(output => HasClasses(output) && (name is null || output.Name == name)).ToList();
        if (withClasses.Count == 0)
            throw new OnnxModelException($"{path}: labels cannot be learned: no output {(name is null ? "" : $"'{name}' ")}has two values "
                + "or more a row, one for each class.");
        var largest = labels.Max();
        var output = withClasses.Find(output => output.Shape[1] > largest) ?? withClasses.MaxBy(output => output.Shape[1])!;
        Check(path, labels, output.Shape[1]);
        return output;
    }

    private static bool HasClasses(TeacherOutput output) => output.Shape is [1, > 1];

    private static void Check(string path, IReadOnlyList<long> labels, long classes)
    {
        for (var row = 0; row < labels.Count; row++)
            if (labels[row] < 0 || labels[row] >= classes)
                throw new OnnxModelException($"The label of row {row} is {labels[row]}; {path} tells classes 0 to {classes - 1} apart.");
    }
}
