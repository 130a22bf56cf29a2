using GspMl.Onnx.Writing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Evaluation;

/// <summary>A model that ONNX Runtime has loaded, and what runs it.</summary>
internal sealed class ModelSession : IDisposable
{
    private const string CudaPackage = "Microsoft.ML.OnnxRuntime.Gpu";

    private readonly string? temporary;

    private ModelSession(OnnxModel model, InferenceSession session, string provider, string? note, string? temporary)
        => (Model, Session, Provider, Note, this.temporary) = (model, session, provider, note, temporary);

    public OnnxModel Model { get; }

    public InferenceSession Session { get; }

    public string Provider { get; }

    public string? Note { get; }

    /// <exception cref="OnnxModelException">ONNX Runtime does not load the model.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    public static ModelSession Open(OnnxModel model, ExecutionProvider provider, int threads = 0)
    {
        try
        {
            var (options, name, note) = Configure(provider);
            using (options)
            {
                options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
                options.IntraOpNumThreads = threads;
                return Load(model, options, name, note);
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{model.Path}: ONNX Runtime does not load it: {e.Message}", e);
        }
        catch (Exception e) when (NativeRuntime.IsMissing(e))
        {
            throw NativeRuntime.Missing($"{model.Path} cannot be run.", e);
        }
    }

    /// <summary>An unchanged model is loaded from its file; changed ones from memory, or from a temporary folder where they have external data.</summary>
    private static ModelSession Load(OnnxModel model, SessionOptions options, string name, string? note)
    {
        if (model.Edits.IsEmpty) return new(model, new(model.Path, options), name, note, null);
        if (!model.Tensors.Any(t => t.Storage == TensorStorage.External)) return new(model, new(ModelWriter.ToArray(model), options), name, note, null);
        var folder = Directory.CreateTempSubdirectory("gspml-").FullName;
        try
        {
            var path = Path.Combine(folder, "model.onnx");
            model.Save(path, new() { CheckLoads = false });
            return new(model, new(path, options), name, note, folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static (SessionOptions Options, string Name, string? Note) Configure(ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cpu) return (new(), "CPU", null);
        try
        {
            return (SessionOptions.MakeSessionOptionWithCudaProvider(0), "CUDA", null);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            var reason = $"CUDA is not available ({e.Message.ReplaceLineEndings(" ").Trim()}); it needs an NVIDIA GPU with its driver and the package {CudaPackage} in place of Microsoft.ML.OnnxRuntime.";
            if (provider == ExecutionProvider.Cuda) throw new ProviderUnavailableException(reason, e);
            return (new(), "CPU", $"{reason} The CPU ran the model.");
        }
    }

    public void Dispose()
    {
        Session.Dispose();
        if (temporary is not null) Directory.Delete(temporary, recursive: true);
    }
}
