using GspMl.Cli.Tune;
using GspMl.Onnx;
using GspMl.Training;

namespace GspMl.Cli.Prune;

/// <summary>A pruned model that was trained on, and what is now to be told of its layers.</summary>
internal sealed record TunedPruning(OnnxModel Model, PruningReport Decisions, TuningSummary Summary) : IDisposable
{
    /// <summary>Trains a pruned model on the rows that it was calibrated on: its outputs are to be those of the model it was made
    /// of.</summary>
    public static TunedPruning Of(OnnxModel dense, OnnxModel pruned, PruningReport decisions, int epochs, TextWriter messages,
        CancellationToken cancel)
    {
        var asked = decisions.Options;
        var options = new TuningOptions { Data = asked.Calibration!, Teacher = dense, Epochs = epochs, MaxThreads = asked.MaxThreads };
        // Values were fitted to all rows: none of them can judge which state is the better one.
        if (asked.Values.AreReconstructed) options = options with { HeldBack = 0 };
        var (model, report) = TuningProgressBar.Shown(messages, progress => ModelTuner.Tune(pruned, options, progress, cancel));
        var now = ModelPruner.Measure(model).ToDictionary(layer => layer.Weight.Name);
        var layers = decisions.Layers.Select(layer => layer with { After = now[layer.Weight.Name] with { Weight = layer.Weight } });
        return new(model, decisions with { Layers = [.. layers] }, TuningSummary.Of(report));
    }

    public void Dispose() => Model.Dispose();
}
