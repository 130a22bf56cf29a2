using GspMl.Onnx;
using GspMl.Onnx.Sessions;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Training.Running;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training;

/// <summary>
/// Trains a model on, pruned or not, on ONNX Runtime itself: the gradient is written as an ONNX graph behind the model's own, its
/// weights are
/// inputs, and zeros stay zeros or are chosen anew while it trains.
/// </summary>
/// <remarks>
/// A step takes some three runs of the model forward. Memory: the activations of a batch, the weights five times over, and the rows. On
/// the CPU the same data, options and threads give the same bits, also where a run was broken off and taken up at a checkpoint.
/// </remarks>
public static class ModelTuner
{
    /// <summary>Tunes a model in memory. Nothing is written but the checkpoint; the given model is unchanged.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">On what, and how.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancel">Looked at before each step.</param>
    /// <exception cref="NothingMatchedException">No weight of the model can be trained; the message tells why, weight by
    /// weight.</exception>
    /// <exception cref="OnnxModelException">The model does not run, does not take the data, or cannot be brought into the form that is
    /// trained; or the loss is no number from the first epoch on.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value, which the error names.</exception>
    public static TuningResult Tune(OnnxModel model, TuningOptions options, IProgress<TuningProgress>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options.Provider == ExecutionProvider.Cpu ? On(Device.Cpu, model, options, progress, cancel)
            : OnGpu(model, options, progress, cancel);
    }

    /// <summary>
    /// The rows that a tuning on the same data does not hold back. What is fitted to these alone before it, by pruning or shrinking, leaves
    /// the others to judge.
    /// </summary>
    /// <param name="model">A model that takes the data.</param>
    /// <param name="data">All rows.</param>
    /// <param name="heldBack">The part that is held back: <see cref="TuningOptions.HeldBack"/> of the tuning.</param>
    /// <exception cref="OnnxModelException">The model does not take the data.</exception>
    public static EvaluationData RowsToFit(OnnxModel model, EvaluationData data, double heldBack)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        new TuningOptions { Data = data, HeldBack = heldBack }.Validate();
        var order = new RowOrder(RowSelection.Count(model, data), heldBack, seed: 0);
        return order.HeldBack.Length == 0 ? data : RowSelection.Of(model, data, order.Fitted);
    }

    /// <summary>A GPU may be found not to work only when the first step runs. What is wrong with the model or the rows is told as it
    /// is.</summary>
    private static TuningResult OnGpu(OnnxModel model, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancel)
    {
        var gpu = new CudaDevice(options.Device);
        try { return QuietRuntime.Run(() => On(gpu, model, options, progress, cancel)); }
        catch (Exception e) when (e is OnnxRuntimeException or OnnxModelException && e.GetBaseException() is OnnxRuntimeException)
        {
            var advice = gpu.Advice(e);
            if (options.Provider == ExecutionProvider.Cuda) throw new ProviderUnavailableException(advice, e);
            var result = On(Device.Cpu, model, options, progress, cancel);
            var note = $"{advice} The CPU trained the model. {result.Report.Note}".Trim();
            return result with { Report = result.Report with { Note = note } };
        }
    }

    private static TuningResult On(Device device, OnnxModel model, TuningOptions options, IProgress<TuningProgress>? progress,
        CancellationToken cancel)
    {
        using var run = TuningRun.Open(device, model, options, cancel);
        return run.Run(progress, cancel);
    }
}
