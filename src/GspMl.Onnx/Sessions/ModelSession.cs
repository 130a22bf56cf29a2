using GspMl.Onnx.Evaluation.Devices;
using GspMl.Onnx.Writing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions;

/// <summary>A model that ONNX Runtime has loaded, and what runs it.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly Device device;
    private readonly string? temporary;

    private ModelSession(OnnxModel model, InferenceSession session, Device device, string? temporary)
        => (Model, Session, this.device, this.temporary) = (model, session, device, temporary);

    public OnnxModel Model { get; }

    public InferenceSession Session { get; }

    /// <summary>What runs it.</summary>
    public string Provider => device.Name;

    /// <exception cref="OnnxModelException">ONNX Runtime does not load the model.</exception>
    public static ModelSession Open(OnnxModel model, Device device, int maxThreads = 0)
    {
        try
        {
            using var options = device.Options();
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
            options.IntraOpNumThreads = maxThreads;
            return Load(model, device, options);
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

    /// <summary>Runs the model once.</summary>
    /// <exception cref="OnnxRuntimeException">The model, its inputs or the device fail.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(RunOptions options, IReadOnlyDictionary<string, OrtValue> inputs) => device.Run(Session, options, inputs);

    /// <summary>An unchanged model is loaded from its file; changed ones from memory, or from a temporary folder where they have external data.</summary>
    private static ModelSession Load(OnnxModel model, Device device, SessionOptions options)
    {
        if (model.Edits.IsEmpty && model.File.IsOnDisk) return new(model, device.Create(options, with => new(model.File.FullPath, with)), device, null);
        if (!model.Tensors.Any(t => t.Storage == TensorStorage.External)) return new(model, device.Create(options, with => new(ModelWriter.ToArray(model.Content), with)), device, null);
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
        if (temporary is not null) Directory.Delete(temporary, recursive: true);
    }
}
