using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Writing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions;

/// <summary>A model that ONNX Runtime has loaded, and what runs it.</summary>
internal sealed class ModelSession : IDisposable
{
    private const string WithoutCpu = "session.disable_cpu_ep_fallback";

    private readonly Device device;
    private readonly string? temporary;
    private NodeProfile? profile;

    private ModelSession(OnnxModel model, InferenceSession session, Device device, string? temporary)
        => (Model, Session, this.device, this.temporary) = (model, session, device, temporary);

    public OnnxModel Model { get; }

    public InferenceSession Session { get; }

    /// <summary>What runs it.</summary>
    public Device Device => device;

    /// <exception cref="OnnxModelException">ONNX Runtime does not load the model.</exception>
    public static ModelSession Open(OnnxModel model, Device device, int maxThreads = 0)
        => NativeRuntime.Load($"{model.Path}: ONNX Runtime does not load it", $"{model.Path} cannot be run",
            () => device.IsCpu ? Load(model, device, maxThreads, null) : OpenOnGpu(model, device, maxThreads));

    /// <summary>
    /// The GPU is to run all of the model. Where ONNX Runtime leaves nodes to the CPU, and it counts those too that it moves there itself
    /// since they only compute shapes, the CPU may run them, and a profile of the first runs tells which.
    /// </summary>
    private static ModelSession OpenOnGpu(OnnxModel model, Device device, int maxThreads)
    {
        try
        {
            return Load(model, device, maxThreads, options => options.AddSessionConfigEntry(WithoutCpu, "1"));
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("fallback to CPU EP has been explicitly disabled",
            StringComparison.Ordinal))
        {
            var profile = new NodeProfile();
            try
            {
                var session = Load(model, device, maxThreads, profile.Begin);
                session.profile = profile;
                return session;
            }
            catch
            {
                profile.Dispose();
                throw;
            }
        }
    }

    /// <summary>The nodes that the CPU ran in the runs until now although the device is another; to be asked once.</summary>
    public IReadOnlyList<CpuNode> CpuNodes() => profile is null ? [] : NodeProfile.End(Session);

    /// <summary>Runs the model once.</summary>
    /// <exception cref="OnnxRuntimeException">The model, its inputs or the device fail.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(RunOptions options, IReadOnlyDictionary<string, OrtValue> inputs)
        => device.Run(Session, options, inputs);

    /// <summary>Runs the model once on inputs and outputs that stay where they are bound.</summary>
    /// <exception cref="OnnxRuntimeException">The model, its inputs or the device fail.</exception>
    public void Run(RunOptions options, OrtIoBinding binding) => Session.RunWithBinding(options, binding);

    /// <summary>
    /// Copies the inputs into the device's own memory and has the outputs left there; null where it has none, and nothing is copied anyway.
    /// </summary>
    public OrtIoBinding? Bind(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var memory = device.OwnMemory();
        if (memory is null) return null;
        var binding = Session.CreateIoBinding();
        try
        {
            foreach (var (name, value) in inputs) binding.BindInput(name, value);
            foreach (var (name, output) in Session.OutputMetadata)
                binding.BindOutputToDevice(name, output.IsTensor ? memory : OrtMemoryInfo.DefaultInstance);
            binding.SynchronizeBoundInputs();
            return binding;
        }
        catch
        {
            binding.Dispose();
            throw;
        }
    }

    private static ModelSession Load(OnnxModel model, Device device, int maxThreads, Action<SessionOptions>? set)
    {
        using var options = device.Options();
        // What it logs as an error it throws too.
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        options.IntraOpNumThreads = maxThreads;
        set?.Invoke(options);
        return Load(model, device, options);
    }

    /// <summary>
    /// An unchanged model is loaded from its file; changed ones from memory, or from a temporary folder where they have external data.
    /// </summary>
    private static ModelSession Load(OnnxModel model, Device device, SessionOptions options)
    {
        if (model.Edits.IsEmpty && model.File.IsOnDisk)
        {
            // ONNX Runtime opens what the model names.
            model.Elements.CheckData(model.Tensors);
            return new(model, device.Create(options, with => new(model.File.FullPath, with)), device, null);
        }
        if (!model.Tensors.Any(t => t.Storage == TensorStorage.External))
            return new(model, device.Create(options, with => new(ModelWriter.ToArray(model.Content), with)), device, null);
        var folder = Directory.CreateTempSubdirectory("gspml-").FullName;
        try
        {
            var path = Path.Combine(folder, "model.onnx");
            model.Save(path, new() { CheckLoads = false });
            return new(model, device.Create(options, with => new(path, with)), device, folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        Session.Dispose();
        profile?.Dispose();
        if (temporary is not null) Directory.Delete(temporary, recursive: true);
    }
}
