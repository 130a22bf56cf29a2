using GspMl.Onnx.Calibration;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>
/// A part of a model, ready to run. Many of these live at once and each runs once a batch: none keeps memory between runs, nor a second
/// copy of its weights laid out for speed.
/// </summary>
internal sealed class LayerSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly string path;
    private readonly IReadOnlyList<string> inputs;
    private readonly IReadOnlyList<string> outputs;

    /// <param name="model">The model.</param>
    /// <param name="inputs">The tensors that go in, with ONNX's numbers for their number types.</param>
    /// <param name="outputs">The tensors that come out.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not load the part; the message names the model.</exception>
    public LayerSession(WorkingModel model, IReadOnlyDictionary<string, int> inputs, IReadOnlyList<string> outputs)
    {
        (path, this.inputs, this.outputs) = (model.Path, [.. inputs.Keys], outputs);
        using var frugal = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = model.MaxThreads,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
        };
        frugal.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        frugal.AddSessionConfigEntry("session.disable_prepacking", "1");
        try
        {
            session = new(model.Part(inputs, outputs), frugal);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: ONNX Runtime does not load the part of the model up to '{outputs[0]}': {e.Message}", e);
        }
    }

    /// <summary>Runs the part; the caller owns the results, one for each output.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime fails.</exception>
    public IReadOnlyList<OrtValue> Run(Func<string, OrtValue> values)
    {
        try
        {
            return [.. session.Run(options, inputs, [.. inputs.Select(values)], outputs)];
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: the inputs cannot be run as far as '{outputs[0]}': {e.Message}", e);
        }
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }
}
