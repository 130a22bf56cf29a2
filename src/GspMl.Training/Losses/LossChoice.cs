using GspMl.Onnx;
using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Training.Losses;

/// <summary>Which losses a run has: one for each of the teacher's outputs, and one of labels where there are any.</summary>
internal static class LossChoice
{
    /// <exception cref="OnnxModelException">Labels are no classes of an output.</exception>
    public static IReadOnlyList<OutputLoss> Of(OnnxModel model, IReadOnlyList<TeacherOutput> outputs, TuningOptions options)
    {
        var labelled = options.Data.Labels is { } labels && options.LabelShare > 0
            ? LabelledOutput.Of(model.Path, outputs, labels, options.Output) : null;
        var share = (1 - (labelled is null ? 0 : options.LabelShare)) / outputs.Count;
        var losses = outputs.Select(output => Of(model, output, options.Loss, share)).Where(loss => loss.Share > 0).ToList();
        if (labelled is not null) losses.Add(new LabelLoss(labelled.Name, options.LabelShare, labelled.AreProbabilities(1)));
        return losses;
    }

    private static OutputLoss Of(OnnxModel model, TeacherOutput output, TuningLoss loss, double share)
    {
        var target = LossInputs.Target(output.Name);
        if (Classes(model, output, loss) is not { } axis)
            return new SquaredLoss(output.Name, target, share, output.Variance() is var variance and > 0 ? 1 / variance : 1);
        return output.AreProbabilities(axis) ? new ProbabilityLoss(output.Name, target, share, output.Positions(axis))
            : new DivergenceLoss(output.Name, target, share, axis, loss.Temperature ?? 1, output.Positions(axis));
    }

    /// <summary>The axis along which classes compete; null where their probabilities are not compared.</summary>
    private static int? Classes(OnnxModel model, TeacherOutput output, TuningLoss loss)
    {
        if (!loss.FollowsTask) return loss.Temperature is null ? null : output.UsualClassAxis;
        var found = TaskFinder.Find(output.ToOutput(), GraphEnding.Of(model, output.Name));
        return found.ClassAxis is { } axis && found.Threshold is null ? axis + 1 : null;
    }
}
