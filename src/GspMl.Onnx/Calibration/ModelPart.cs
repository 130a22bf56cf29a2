using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>A part of a model, ready to run.</summary>
internal sealed class ModelPart : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly IReadOnlyList<string> inputs;
    private readonly IReadOnlyList<string> outputs;

    private readonly string path;

    private ModelPart(string path, InferenceSession session, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
        => (this.path, this.session, this.inputs, this.outputs) = (path, session, inputs, outputs);

    /// <exception cref="OnnxModelException">ONNX Runtime does not load the part; the message names the model.</exception>
    public static ModelPart Create(WorkingModel model, IReadOnlyDictionary<string, int> inputs, IReadOnlyList<string> outputs,
        bool optimized = true)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.IntraOpNumThreads = model.MaxThreads;
        // An arena keeps the largest memory that a run ever took; several sessions live at once.
        options.EnableCpuMemArena = false;
        if (!optimized) options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        // Threads that spin between runs would take the cores from the least-squares solves.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return new(model.Path, new InferenceSession(model.Part(inputs, outputs), options), [.. inputs.Keys], outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException(
                $"{model.Path}: ONNX Runtime does not load the part of the model up to '{outputs[0]}': {e.Message}", e);
        }
    }

    /// <summary>Runs the part; the caller owns the results, one for each output.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime fails, for instance on calibration inputs of a wrong shape.</exception>
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

    /// <summary>Frees the session.</summary>
    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }
}
