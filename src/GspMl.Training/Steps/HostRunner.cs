using System.Numerics.Tensors;
using GspMl.Training.Optimizers;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Steps;

/// <summary>Steps on the CPU: ONNX Runtime computes loss and gradients in the parameters' own memory, and the optimiser works
/// there.</summary>
internal sealed class HostRunner : StepRunner
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly IReadOnlyList<Parameter> statistics;
    private readonly HostUpdate update;
    private readonly BoundSession gradients;
    private readonly BoundSession losses;
    private readonly float[][] sums;

    public HostRunner(Sessions sessions, TrainingModel model, IReadOnlyList<Parameter> parameters, TuningOptimizer optimizer,
        IReadOnlyDictionary<string, OrtValue> inputs)
    {
        (this.parameters, statistics) = ([.. parameters.Where(each => !each.IsStatistic)], [.. parameters.Where(each => each.IsStatistic)]);
        update = new(optimizer);
        var fed = inputs.Concat(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Values.Value))).ToDictionary();
        gradients = new(sessions, model.ForGradients(), fed, model.Loss,
            parameters.ToDictionary(parameter => model.GradientOf(parameter.Name), parameter => parameter.Gradient.Value));
        losses = new(sessions, model.ForLoss(), fed, model.Loss, new Dictionary<string, OrtValue>());
        sums = [.. this.parameters.Select(_ => Array.Empty<float>())];
    }

    public override double Step(double learningRate, int step, bool isFirst, bool isLast)
    {
        var loss = gradients.Run();
        foreach (var statistic in statistics) statistic.Gradient.Numbers.CopyTo(statistic.Values.Numbers);
        if (!isFirst || !isLast) Accumulate(isFirst, isLast);
        if (isLast)
            foreach (var parameter in parameters) update.Apply(parameter, learningRate, step);
        return loss;
    }

    /// <summary>A step of several batches: their gradients add up, in order.</summary>
    private void Accumulate(bool isFirst, bool isLast)
    {
        for (var p = 0; p < sums.Length; p++)
        {
            var gradient = parameters[p].Gradient.Numbers;
            if (sums[p].Length == 0) sums[p] = new float[gradient.Length];
            if (isFirst) gradient.CopyTo(sums[p]);
            else TensorPrimitives.Add<float>(sums[p], gradient, sums[p]);
            if (isLast) sums[p].CopyTo(gradient);
        }
    }

    public override double Loss() => losses.Run();

    public override void Download()
    {
    }

    public override void Upload()
    {
    }

    public override void Dispose()
    {
        gradients.Dispose();
        losses.Dispose();
    }
}
