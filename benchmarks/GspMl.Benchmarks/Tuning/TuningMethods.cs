using System.Globalization;
using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Training;

namespace GspMl.Benchmarks.Tuning;

/// <summary>A way to a sparse, tuned model.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Tune">From model, fraction of zeros and calibration inputs to the tuned model.</param>
internal sealed record TuningMethod(string Name, Func<OnnxModel, double, EvaluationData, int, TuningResult> Tune);

/// <summary>The methods that the tables compare; none sees labels.</summary>
internal static class TuningMethods
{
    // Of one process beside others: what is told is accuracy.
    private static readonly int Threads = int.Parse(Environment.GetEnvironmentVariable("TUNING_THREADS") ?? "0",
        CultureInfo.InvariantCulture);

    public static IReadOnlyList<TuningMethod> All { get; } =
    [
        new("magnitude, rising", (model, zeros, data, epochs) => Rising(model, zeros, data, epochs)),
        new("accurate, tuned", Accurate),
        new("induced GSP, layers", (model, zeros, data, epochs) => Induced(model, PruningOptions.Paper(SparsityTarget.Zeros(zeros)), data,
            epochs, false)),
        new("rising GSP, layers", (model, zeros, data, epochs) => Induced(model, PruningOptions.Paper(SparsityTarget.Zeros(zeros)), data,
            epochs, true)),
        new("rising GSP, scaled, projected", (model, zeros, data, epochs)
            => Induced(model, PruningOptions.Fast(SparsityTarget.Zeros(zeros)) with { Values = WeightValues.Projected }, data, epochs,
                true)),
        new("rising GSP, scaled, support", (model, zeros, data, epochs) => Induced(model, PruningOptions.Fast(SparsityTarget.Zeros(zeros)),
            data, epochs, true)),
        new("induced GSP, scaled, support", (model, zeros, data, epochs)
            => Induced(model, PruningOptions.Fast(SparsityTarget.Zeros(zeros)), data, epochs, false)),
    ];

    private static TuningResult Rising(OnnxModel model, double zeros, EvaluationData data, int epochs)
        => ModelTuner.Tune(model, new() { Data = data, Epochs = epochs, MaxThreads = Threads, Sparsity = TuningSparsity.Rising(zeros) });

    private static TuningResult Accurate(OnnxModel model, double zeros, EvaluationData data, int epochs)
    {
        using var pruned = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(zeros), data)).Model;
        // Its values were fitted to all rows: none of them can judge.
        return ModelTuner.Tune(pruned, new() { Data = data, Teacher = model, Epochs = epochs, MaxThreads = Threads, HeldBack = 0 });
    }

    private static TuningResult Induced(OnnxModel model, PruningOptions projection, EvaluationData data, int epochs, bool rises)
    {
        var sparsity = TuningSparsity.Induced(projection, rises: rises);
        return ModelTuner.Tune(model, new() { Data = data, Epochs = epochs, MaxThreads = Threads, Sparsity = sparsity });
    }
}
