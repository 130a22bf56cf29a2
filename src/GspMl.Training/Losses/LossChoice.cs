using GspMl.Onnx;

namespace GspMl.Training.Losses;

/// <summary>Which losses a run has: one for each of the teacher's outputs, and one of labels where there are any.</summary>
internal static class LossChoice
{
    /// <exception cref="OnnxModelException">No output has the classes of the labels.</exception>
    public static IReadOnlyList<OutputLoss> Of(string path, IReadOnlyList<TeacherOutput> outputs, TuningOptions options)
    {
        var labelled = options.Data.Labels is { } labels && options.LabelShare > 0 ? Labelled(path, outputs, options, labels.Max()) : null;
        var share = (1 - (labelled is null ? 0 : options.LabelShare)) / outputs.Count;
        var losses = outputs.Select(output => Of(output, options.Loss, share)).Where(loss => loss.Share > 0).ToList();
        if (labelled is not null) losses.Add(new LabelLoss(labelled.Name, options.LabelShare, labelled.AreProbabilities));
        return losses;
    }

    /// <summary>The output that labels are classes of.</summary>
    public static TeacherOutput Labelled(string path, IReadOnlyList<TeacherOutput> outputs, TuningOptions options, long largest)
        => outputs.FirstOrDefault(output => output.Shape.Length == 2 && output.Shape[1] > largest
                && (options.Output is null || output.Name == options.Output))
            ?? throw new OnnxModelException($"{path}: no output {(options.Output is { } name ? $"'{name}' " : "")}has the {largest + 1} classes of "
                + "the labels.");

    private static OutputLoss Of(TeacherOutput output, TuningLoss loss, double share)
    {
        var target = LossInputs.Target(output.Name);
        if (loss.Temperature is not { } temperature || !output.HasClasses)
            return new SquaredLoss(output.Name, target, share, output.Variance() is var variance and > 0 ? 1 / variance : 1);
        return output.AreProbabilities ? new ProbabilityLoss(output.Name, target, share, output.Positions)
            : new DivergenceLoss(output.Name, target, share, output.ClassAxis, temperature, output.Positions);
    }
}
