using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Training.Data;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Steps;

/// <summary>A graph whose inputs and outputs stay bound where they are, run after run.</summary>
internal sealed class BoundSession : IDisposable
{
    private readonly string path;
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    // Held: ONNX Runtime reads it during a run, and a finalizer may take what nothing else refers to.
    private readonly RunOptions options = new();
    private readonly PinnedTensor loss = PinnedTensor.Of();

    /// <exception cref="OnnxModelException">ONNX Runtime does not load the graph.</exception>
    public BoundSession(Sessions sessions, ModelProto model, IReadOnlyDictionary<string, OrtValue> inputs, string lossName,
        IReadOnlyDictionary<string, OrtValue> outputs)
    {
        (path, session) = (sessions.Path, sessions.Open(model));
        binding = session.CreateIoBinding();
        foreach (var (name, value) in inputs)
            if (session.InputMetadata.ContainsKey(name)) binding.BindInput(name, value);
        foreach (var (name, value) in outputs) binding.BindOutput(name, value);
        binding.BindOutput(lossName, loss.Value);
    }

    /// <summary>Runs it; the loss.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime fails.</exception>
    public double Run()
    {
        try { session.RunWithBinding(options, binding); }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: a step of training does not run: {e.Message}", e);
        }
        return loss.Numbers[0];
    }

    public void Dispose()
    {
        binding.Dispose();
        options.Dispose();
        session.Dispose();
        loss.Dispose();
    }
}
