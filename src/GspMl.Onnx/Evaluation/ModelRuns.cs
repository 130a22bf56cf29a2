using GspMl.Onnx.Sessions.Devices;

namespace GspMl.Onnx.Evaluation;

/// <summary>Several models over the same rows, all on one device: what differs between two devices says nothing of the models.</summary>
internal sealed class ModelRuns : IDisposable
{
    private readonly List<ModelRun> runs = [];

    /// <summary>In the order of the models.</summary>
    public IReadOnlyList<ModelRun> All => runs;

    /// <exception cref="OnnxModelException">A model does not load or run, or does not take the inputs.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    public static ModelRuns Open(IReadOnlyList<OnnxModel> models, EvaluationData data, EvaluationOptions options)
        => options.Provider == ExecutionProvider.Cpu ? OpenOn(Device.Cpu, models, data, options) : OpenOnGpu(models, data, options);

    /// <summary>A GPU may be found not to work only when a model is loaded, or first run.</summary>
    private static ModelRuns OpenOnGpu(IReadOnlyList<OnnxModel> models, EvaluationData data, EvaluationOptions options)
    {
        var gpu = options.Gpu ?? new CudaDevice(options.Device, options.DeviceMemoryLimit);
        try { return QuietRuntime.Run(() => OpenOn(gpu, models, data, options).Tried()); }
        catch (OnnxModelException e)
        {
            // Where a model or its inputs are at fault, they fail on the CPU too, and that is the error to tell.
            var advice = gpu.Advice(e);
            var onCpu = OpenOn(Device.Cpu, models, data, options, $"{advice} The CPU ran the model{(models.Count == 1 ? "" : "s")}.")
                .Tried();
            if (options.Provider == ExecutionProvider.Auto) return onCpu;
            onCpu.Dispose();
            throw new ProviderUnavailableException(advice, e);
        }
    }

    private static ModelRuns OpenOn(Device device, IReadOnlyList<OnnxModel> models, EvaluationData data, EvaluationOptions options,
        string? note = null)
    {
        var opened = new ModelRuns();
        try
        {
            foreach (var model in models) opened.runs.Add(ModelRun.Open(device, model, data, options, note));
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>This, after each has run once.</summary>
    private ModelRuns Tried()
    {
        try
        {
            foreach (var run in runs) run.Try();
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var run in runs) run.Dispose();
    }
}
